// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.fate.Fate;

/// Where a [Forwarder] hands packets to: one subscriber, or a pipe to more of them. Confined to its
/// media loop.
public interface ForwardSink {
    /// Takes a copy of a packet, which is only to be read and only until this returns.
    ///
    /// @return what became of this sink's copy
    Fate onPacket(TrackPacket packet, long nowNanos);

    /// A packet number of the source that carries nothing, such as padding: whoever numbers packets
    /// anew leaves no gap for it.
    void onSkipped(int epoch, long index, long nowNanos);

    /// Reads what [#onPacket] will need, and nothing else, so that it is near when that is called.
    /// What it answers means nothing.
    default int touch() {
        return 0;
    }
}
