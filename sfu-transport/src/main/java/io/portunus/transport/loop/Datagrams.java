// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.udp.Datagram;
import io.portunus.transport.udp.DatagramKind;
import io.portunus.transport.udp.DatagramReceiver;
import io.portunus.transport.udp.Path;
import org.jspecify.annotations.Nullable;

/// Brings each datagram that arrives at a media loop to the peer that it is for. Confined to that
/// loop.
///
/// An unknown address may only speak STUN, and only to somebody whose ufrag it knows; it becomes
/// known when that peer finds the message authentic. STUN goes by its ufrag even from a known
/// address, since a client may reuse a port for its next connection.
final class Datagrams implements DatagramReceiver {
    /// What a loop does before and after each of its steps.
    interface Turn {
        /// The time, read once for the step.
        ///
        /// @param atOnce whether the loop has worked since the step before
        long start(boolean atOnce);

        /// Sends what was queued and sets the timer.
        void end(long nowNanos);
    }

    private final LoopPeers peers;
    private final Turn turn;
    private final FateCounters fates;
    private final StunUserName userName = new StunUserName();
    private @Nullable HostedPeer current;
    private long nowNanos;

    Datagrams(LoopPeers peers, Turn turn) {
        this.peers = peers;
        this.turn = turn;
        fates = peers.fates();
    }

    @Override
    public void onBatchStart(boolean atOnce) {
        nowNanos = turn.start(atOnce);
    }

    @Override
    public void onDatagram(Datagram datagram) {
        current = null;
        try {
            dispatch(datagram);
            peers.closeWaiting(nowNanos);
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            peers.onFault("a datagram", current, fault);
            peers.closeWaiting(nowNanos);
        }
    }

    private void dispatch(Datagram datagram) {
        var kind = datagram.kind();
        if (kind == DatagramKind.UNKNOWN) {
            fates.count(Fate.UNKNOWN_PROTOCOL);
            return;
        }
        var paths = peers.paths();
        var place = paths.find(datagram);
        if (kind == DatagramKind.STUN) {
            onStun(datagram, place);
        } else if (place < 0) {
            fates.count(Fate.UNKNOWN_ADDRESS);
        } else {
            hand(kind, paths.owner(place), paths.path(place), datagram);
        }
    }

    private void onStun(Datagram datagram, int place) {
        var paths = peers.paths();
        var reading = userName.read(datagram.memory(), datagram.offset(), datagram.length());
        if (reading == StunUserName.Reading.MALFORMED) {
            fates.count(Fate.STUN_MALFORMED);
            return;
        }
        var peer = reading == StunUserName.Reading.PRESENT ? byUfrag(datagram) : null;
        if (peer == null && place >= 0) {
            peer = paths.owner(place);
        }
        if (peer == null) {
            fates.count(Fate.STUN_NOT_FOR_US);
            return;
        }
        var path = place >= 0 ? paths.path(place) : datagram.pathBack();
        hand(DatagramKind.STUN, peer, path, datagram);
    }

    private @Nullable HostedPeer byUfrag(Datagram datagram) {
        return peers.ufrags()
                .find(datagram.memory(), userName.ufragOffset(), userName.ufragBytes());
    }

    private void hand(DatagramKind kind, HostedPeer peer, Path path, Datagram datagram) {
        current = peer;
        var memory = datagram.memory();
        var offset = datagram.offset();
        var length = datagram.length();
        switch (kind) {
            case STUN -> peer.onStun(path, memory, offset, length, nowNanos);
            case DTLS -> peer.onDtls(path, memory, offset, length, nowNanos);
            case SRTP -> peer.onSrtp(path, memory, offset, length, nowNanos);
            case SRTCP -> peer.onSrtcp(path, memory, offset, length, nowNanos);
            case UNKNOWN -> throw new IllegalStateException("nobody's datagram");
        }
    }

    @Override
    public void onBatchEnd() {
        turn.end(nowNanos);
    }
}
