// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.PublisherNegotiation;

/// One publishing connection and what was negotiated on it. Confined to the signalling loop.
final class LivePublication {
    private final PeerLink link;
    private final PublisherNegotiation negotiation;
    private boolean e2ee;

    LivePublication(PeerLink link, PublisherNegotiation negotiation) {
        this.link = link;
        this.negotiation = negotiation;
    }

    PeerLink link() {
        return link;
    }

    PublisherNegotiation negotiation() {
        return negotiation;
    }

    boolean isOpen() {
        return !link.isEnding();
    }

    /// Whether its media is encrypted end to end.
    boolean e2ee() {
        return e2ee;
    }

    /// An offer has come; once said it holds as long as the connection.
    ///
    /// @param said whether the offer says so
    void e2ee(boolean said) {
        e2ee |= said;
    }
}
