// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.OutboundTrack;

/// One section of a subscriber that is fed from one section of a publication. Confined to its media
/// loop.
final class Subscription {
    private final Connection subscriber;
    private final int slot;
    private final Feeding publication;
    private final String mid;
    private final ForwardSource source;
    private final OutboundTrack sink;
    private final Codec codec;

    /// @param mid which section of the publication
    Subscription(
            Connection subscriber,
            int slot,
            Feeding publication,
            String mid,
            ForwardSource source) {
        this.subscriber = subscriber;
        this.slot = slot;
        this.publication = publication;
        this.mid = mid;
        this.source = source;
        sink = subscriber.peer().outbound(slot, source.codec().kind());
        codec = source.codec();
    }

    Connection subscriber() {
        return subscriber;
    }

    /// The index of the subscriber's media section.
    int slot() {
        return slot;
    }

    Feeding publication() {
        return publication;
    }

    /// What is sent on that section.
    OutboundTrack sink() {
        return sink;
    }

    /// Whether the publisher still sends what was subscribed to, after it negotiated anew.
    boolean isStillPublished() {
        return source.equals(publication.source(mid)) && publication.codec(mid) == codec;
    }
}
