// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.fate.Fate;
import io.portunus.core.forward.Outlet;
import io.portunus.core.forward.Shedding;
import io.portunus.core.forward.TrackPacket;
import io.portunus.core.time.WallClock;
import java.lang.foreign.MemorySegment;

/// What all outgoing tracks of one connection share: whether media may flow, and the transport-wide
/// count of packets. Confined to its media loop.
final class PeerOutlet implements Outlet {
    /// Told when a track begins to send.
    @FunctionalInterface
    interface RunListener {
        void onRunStarted(long nowNanos);
    }

    private final Egress egress;
    private final WallClock clock;
    private final Shedding shedding;
    private final RunListener runs;
    private final TrackPacket scratch = new TrackPacket();
    private boolean connected;
    private boolean paused;
    private int transportSequence;
    private long rttNanos;
    private long sendTimeAtNanos = Long.MIN_VALUE;
    private int sendTime;

    PeerOutlet(Egress egress, WallClock clock, Shedding shedding, RunListener runs) {
        this.egress = egress;
        this.clock = clock;
        this.shedding = shedding;
        this.runs = runs;
    }

    void connected(boolean connected) {
        this.connected = connected;
    }

    void paused(boolean paused) {
        this.paused = paused;
    }

    /// A round trip was measured; smoothed as RFC 6298 §2 does.
    void onRoundTrip(long nanos) {
        rttNanos = rttNanos == 0 ? nanos : (7 * rttNanos + nanos) / 8;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public Shedding shedding() {
        return shedding;
    }

    @Override
    public MemorySegment memory() {
        return egress.memory();
    }

    @Override
    public long reserve(int bytes) {
        return egress.reserve(bytes);
    }

    @Override
    public int transportSequence() {
        return transportSequence;
    }

    @Override
    public int absSendTime(long nowNanos) {
        if (nowNanos != sendTimeAtNanos) {
            sendTimeAtNanos = nowNanos;
            // 6 bits of seconds and 18 of fraction, out of 32 and 32.
            sendTime = (int) (clock.ntp(nowNanos) >>> 14) & 0xFF_FFFF;
        }
        return sendTime;
    }

    @Override
    public Fate send(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        transportSequence = (transportSequence + 1) & 0xFFFF;
        return egress.sendRtp(headerBytes, payload, payloadOffset, payloadBytes, packetIndex);
    }

    @Override
    public void onRunStarted(long nowNanos) {
        runs.onRunStarted(nowNanos);
    }

    @Override
    public TrackPacket scratch() {
        return scratch;
    }

    @Override
    public int touch() {
        return transportSequence + (int) sendTimeAtNanos + egress.touch();
    }

    @Override
    public long rttNanos() {
        return rttNanos;
    }
}
