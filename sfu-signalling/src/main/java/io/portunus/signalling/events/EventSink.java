// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

/// Where events go. Called on the signalling loop; never waits.
public interface EventSink {
    /// Whether anybody wants events of this type; if not, none need be made.
    boolean wants(EventType type);

    /// Takes an event of a type that is wanted. Nothing of it is kept that could change later.
    void accept(Event event);

    /// Nobody wants to know anything.
    EventSink NONE =
            new EventSink() {
                @Override
                public boolean wants(EventType type) {
                    return false;
                }

                @Override
                public void accept(Event event) {}
            };
}
