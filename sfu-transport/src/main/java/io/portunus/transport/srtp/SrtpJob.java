// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;

/// One packet's worth of work for an [SrtpCipher], filled in anew for packet after packet. Confined
/// to its media loop.
///
/// Header and tag lie in `packet`. The payload is read from `input` and written to `output`, which
/// may be the same place. Where a packet is sealed, header, payload and tag lie in a row, with
/// SRTCP's trailer (the E flag and index) where the profile has it; the trailer of SRTP is not
/// sent.
public final class SrtpJob {
    MemorySegment packet = MemorySegment.NULL;

    /// Where what is authenticated but stays readable starts.
    long headerOffset;

    int headerBytes;
    MemorySegment input = MemorySegment.NULL;
    long inputOffset;
    MemorySegment output = MemorySegment.NULL;
    long outputOffset;

    /// Of the payload, without tag.
    int payloadBytes;

    /// Where the tag lies, or is to be written.
    long tagOffset;

    int ssrc;

    /// 48 bits for SRTP, 31 for SRTCP.
    long index;

    /// The roll-over counter of SRTP; the E flag and index of SRTCP.
    int trailer;
}
