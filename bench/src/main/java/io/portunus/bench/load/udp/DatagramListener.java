// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.lang.foreign.MemorySegment;

/// Is told of what arrives at one socket, on the thread of its [Poller].
public interface DatagramListener {
    /// @param memory valid within this call only
    /// @param from as [Address] has it
    /// @param receivedAtNanos when the kernel got it, by the wall clock; 0 where it does not say
    void onDatagram(MemorySegment memory, long offset, int length, long from, long receivedAtNanos);
}
