// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerListener;
import io.portunus.core.peer.PeerTransport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A transport that counts what it is given and forgets it.
final class NullSink implements PeerTransport, Egress, PeerListener {
    private final MemorySegment memory = Arena.ofAuto().allocate(4_096, 64);
    private long sent;
    private boolean hasCopied;

    long sent() {
        return sent;
    }

    /// Whether the last packet's payload lay behind its header already.
    boolean hasCopied() {
        return hasCopied;
    }

    @Override
    public Egress egress() {
        return this;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long reserve(int bytes) {
        return 0;
    }

    @Override
    public Fate sendRtp(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        sent++;
        hasCopied = payload.equals(memory);
        return Fate.SENT;
    }

    @Override
    public Fate sendRtcp(int bytes) {
        return Fate.SENT;
    }

    @Override
    public void close(PeerEnd end) {}

    @Override
    public void onConnected(Peer peer, long nowNanos) {}

    @Override
    public void onClosed(Peer peer, PeerEnd end, long nowNanos) {}

    @Override
    public void onTalking(
            Peer peer,
            int lineIndex,
            String mid,
            boolean talking,
            double averageLevel,
            long nowNanos) {}
}
