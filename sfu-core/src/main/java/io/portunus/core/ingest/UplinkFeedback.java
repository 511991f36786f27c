// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

/// How a track tells its publisher what it needs; implemented by whoever writes RTCP. Confined to
/// its media loop.
public interface UplinkFeedback {
    /// Asks for packets again (RFC 4585 §6.2.1).
    ///
    /// @param indexes the first `count` are meant and ascend; their lower 16 bits count
    void sendNack(int mediaSsrc, long[] indexes, int count);

    /// Asks for a key frame (RFC 4585 §6.3.1).
    void sendPictureLoss(int mediaSsrc);

    /// Asks for a key frame (RFC 5104 §4.3.1).
    ///
    /// @param request counts requests but not their repetitions
    void sendFullIntra(int mediaSsrc, int request);
}
