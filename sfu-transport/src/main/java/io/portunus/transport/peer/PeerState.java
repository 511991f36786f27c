// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpOutbound;
import org.jspecify.annotations.Nullable;

/// How far a connection has come, with what is true only then. ICE goes its own way beside it: a
/// connected client may move and restart.
sealed interface PeerState {
    /// DTLS needs the client's SDP and an address of its; they may come in either order.
    record Waiting(@Nullable RemoteTransport remote) implements PeerState {}

    record Handshaking(DtlsSession dtls) implements PeerState {}

    /// Media flows.
    record Connected(DtlsSession dtls, SrtpInbound inbound, SrtpOutbound outbound)
            implements PeerState {}

    record Closed(PeerEnd end) implements PeerState {}

    /// Whether `next` may come after this state: forwards only, and nothing after the end.
    default boolean mayBecome(PeerState next) {
        return switch (this) {
            case Waiting _ -> !(next instanceof Connected);
            case Handshaking _ -> next instanceof Connected || next instanceof Closed;
            case Connected _ -> next instanceof Closed;
            case Closed _ -> false;
        };
    }
}
