// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.fate.Fate;
import java.lang.foreign.MemorySegment;

/// One subscriber's connection, as the tracks that go out on it see it. Confined to its media loop.
public interface Outlet {
    /// Whether media may flow: connected and not paused.
    boolean isOpen();

    /// The memory that [#reserve] gives offsets into.
    MemorySegment memory();

    /// The offset of room for a packet of `bytes`, or -1 when this subscriber can take no more now.
    long reserve(int bytes);

    /// The number that the next packet carries as transport-wide sequence number; it is used up by
    /// a [#send] that succeeds.
    int transportSequence();

    /// Protects and queues the packet whose header lies at the reserved place; under one SSRC never
    /// the same `packetIndex` (roll-over counter and sequence number) twice.
    Fate send(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex);

    /// The last measured round-trip time to this subscriber.
    long rttNanos();
}
