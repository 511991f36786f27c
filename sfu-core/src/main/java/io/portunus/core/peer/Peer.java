// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import java.lang.foreign.MemorySegment;

/// The core half of one PeerConnection. Confined to its media loop.
public final class Peer {
    private final PeerId id;
    private final PeerListener listener;

    public Peer(PeerId id, PeerTransport transport, PeerListener listener, LoopContext context) {
        this.id = id;
        this.listener = listener;
    }

    public PeerId id() {
        return id;
    }

    /// DTLS is done: media may flow both ways. Called once.
    public void onConnected(long nowNanos) {
        listener.onConnected(this, nowNanos);
    }

    /// The plaintext of an authentic RTP packet lies in the slot that the loop's
    /// [io.portunus.core.rtp.PacketMemory] is writing.
    public void onRtp(int length, long nowNanos) {}

    /// The plaintext of an authentic compound RTCP packet.
    public void onRtcp(MemorySegment memory, long offset, int length, long nowNanos) {}

    /// The transport has ended, for whatever reason. Called once; nothing is called afterwards.
    public void onClosed(PeerEnd end, long nowNanos) {
        listener.onClosed(this, end, nowNanos);
    }
}
