// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// A participant of a room, unique in that room only. The text form of the id that clients use.
public record ParticipantId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
