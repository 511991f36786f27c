// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.forward.OutboundTrack;
import io.portunus.core.ingest.InboundTrack;

/// One section of a subscriber that is fed from one section of a publication. Confined to its media
/// loop.
final class Subscription {
    private final Connection subscriber;
    private final int slot;
    private final Publication publication;
    private final InboundTrack source;
    private final OutboundTrack sink;
    private final Codec codec;

    Subscription(Connection subscriber, int slot, Publication publication, InboundTrack source) {
        this.subscriber = subscriber;
        this.slot = slot;
        this.publication = publication;
        this.source = source;
        sink = subscriber.peer().outbound(slot, source.kind());
        codec = source.codec();
    }

    Connection subscriber() {
        return subscriber;
    }

    /// The index of the subscriber's media section.
    int slot() {
        return slot;
    }

    Publication publication() {
        return publication;
    }

    /// What is sent on that section.
    OutboundTrack sink() {
        return sink;
    }

    /// Whether the publisher still sends what was subscribed to, after it negotiated anew.
    boolean isStillPublished() {
        return publication.track(source.mid()) == source
                && publication.codec(source.mid()) == codec;
    }
}
