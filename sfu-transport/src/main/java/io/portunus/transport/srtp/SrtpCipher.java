// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

/// Encrypts and authenticates, or checks and decrypts, the packets of one direction of SRTP or
/// SRTCP under one set of session keys. Knows nothing of packet formats, roll-overs or replays.
/// Confined to its media loop.
public interface SrtpCipher extends AutoCloseable {
    /// Encrypts the job's payload and writes the tag.
    void seal(SrtpJob job);

    /// The same, but the tag may be left to [SrtpCipherProvider#completeBurst], which computes
    /// those of many packets together. Until then the packet has to stay where it is and as it is.
    default void sealInBurst(SrtpJob job) {
        seal(job);
    }

    /// Decrypts the job's payload; false, and nothing is written, when the tag does not fit.
    boolean open(SrtpJob job);

    /// Reads what [#seal] needs, so that it is near then.
    default int touch() {
        return 0;
    }

    /// Completes what it has sealed, erases native copies of the keys and frees what lies outside
    /// the heap. A native cipher refuses, from then on, to be used.
    @Override
    void close();
}
