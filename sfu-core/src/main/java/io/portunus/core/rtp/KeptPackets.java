// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.lang.foreign.MemorySegment;

/// Where packets lie as plaintext after they came, until newer ones need the room. Each has a
/// *position*, which counts upwards for ever. Confined to its media loop.
public interface KeptPackets {
    MemorySegment memory();

    /// Whether what was kept at `position` has not been overwritten.
    boolean holds(long position);

    /// Where it lies in [#memory]; only with [#holds].
    long offsetOf(long position);
}
