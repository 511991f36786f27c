// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// What a connection is for. Called on its network thread.
public interface Media {
    /// A packet that is still protected; its header can be read.
    ///
    /// @param receivedAt by [System#nanoTime]
    void onRtp(Connection connection, MemorySegment memory, long at, int bytes, long receivedAt);

    /// One packet, out of a compound one, in plain.
    void onRtcp(Connection connection, ByteBuffer packet, long nowNanos);

    /// Some time has passed.
    void onTick(Connection connection, long nowNanos);
}
