// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerTransport;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;

/// One browser's connection as its media loop sees it. Confined to that loop.
///
/// A datagram lies in `memory` until the call returns and may be changed there. Nothing that
/// arrives makes any of these throw; what throws all the same is a fault of ours and ends this
/// peer.
public interface HostedPeer extends PeerTransport {
    PeerId id();

    /// Called once, first: `core` is the core's half of this connection. Tells
    /// [io.portunus.core.door.PeerEvent.Opened].
    void open(long request, Peer core, long nowNanos);

    /// A STUN message whose user name starts with one of our ufrags, or that came by one of our
    /// paths. The path may be unknown to the loop until [PeerHost#bind].
    void onStun(Path path, MemorySegment memory, long offset, int length, long nowNanos);

    /// Whether the client has proven that it receives what is sent by `path`, and was heard lately:
    /// then no other client's check takes the path away, since its writer may have forged where it
    /// came from.
    boolean isAt(Path path, long nowNanos);

    /// A datagram of DTLS records, by a path that has been bound.
    void onDtls(Path path, MemorySegment memory, long offset, int length, long nowNanos);

    /// An SRTP packet, by a path that has been bound.
    void onSrtp(Path path, MemorySegment memory, long offset, int length, long nowNanos);

    /// A compound SRTCP packet, by a path that has been bound.
    void onSrtcp(Path path, MemorySegment memory, long offset, int length, long nowNanos);

    /// Any command but [PeerCommand.Open] and [PeerCommand.Close], which the loop sees to.
    void apply(PeerCommand command, long nowNanos);

    /// When [#onDeadline] wants to be called next, or [io.portunus.core.time.Deadlines#NEVER].
    long nextDeadlineNanos();

    void onDeadline(long nowNanos);

    /// Ends the connection now: says goodbye to the client, unbinds its paths and ufrags, calls
    /// [Peer#onClosed], [PeerHost#closed], then tells [io.portunus.core.door.PeerEvent.Closed].
    /// Called once.
    void close(PeerEnd end, long nowNanos);
}
