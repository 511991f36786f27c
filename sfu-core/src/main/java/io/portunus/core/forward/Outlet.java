// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.fate.Fate;
import java.lang.foreign.MemorySegment;

/// One subscriber's connection, as the tracks that go out on it see it. Confined to its media loop.
public interface Outlet {
    /// Whether the connection is up.
    boolean isConnected();

    /// Whether the subscriber wants nothing for a while.
    boolean isPaused();

    /// What the media loop leaves out while it can't keep up.
    Shedding shedding();

    /// The memory that [#reserve] gives offsets into.
    MemorySegment memory();

    /// The offset of room for a packet of `bytes`, or -1 when this subscriber can take no more now.
    long reserve(int bytes);

    /// The transport-wide sequence number for the packet that is being written, 16 bits: one count
    /// for all tracks of the connection. A [#send] uses it up.
    int transportSequence();

    /// The 24 bits of the abs-send-time extension: 6.18 fixed-point seconds of NTP time.
    int absSendTime(long nowNanos);

    /// Protects and queues the packet whose header lies at the reserved place.
    ///
    /// @param packetIndex roll-over counter and sequence number; under one SSRC never the same
    ///   twice
    Fate send(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex);

    /// A track of this connection has begun to send, or begun anew: its clocks should be told soon.
    void onRunStarted(long nowNanos);

    /// A view that any track of this connection may point at a packet that was kept, until another
    /// does.
    TrackPacket scratch();

    /// As [ForwardSink#touch].
    int touch();

    /// The last measured round-trip time to this subscriber; 0 before the first.
    long rttNanos();
}
