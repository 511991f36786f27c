// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a datagram carries, told from its first two bytes (RFC 7983 §7, RFC 5761 §4). Pure and
/// thread-safe.
///
/// Says nothing about whether the datagram is well formed: whoever parses it finds out.
public enum DatagramKind {
    STUN,
    DTLS,
    SRTP,
    SRTCP,
    /// ZRTP, TURN channels, anything too short or anything else.
    UNKNOWN;

    private static final int STUN_LAST = 3;
    private static final int DTLS_FIRST = 20;
    private static final int DTLS_LAST = 63;
    private static final int RTP_FIRST = 128;
    private static final int RTP_LAST = 191;
    private static final int RTCP_TYPE_FIRST = 192;
    private static final int RTCP_TYPE_LAST = 223;

    /// The kind of the `length` bytes at `offset`.
    public static DatagramKind of(MemorySegment memory, long offset, int length) {
        if (length < 2) {
            return UNKNOWN;
        }
        var first = memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
        if (first >= RTP_FIRST && first <= RTP_LAST) {
            var second = memory.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xFF;
            return second >= RTCP_TYPE_FIRST && second <= RTCP_TYPE_LAST ? SRTCP : SRTP;
        }
        if (first >= DTLS_FIRST && first <= DTLS_LAST) {
            return DTLS;
        }
        return first <= STUN_LAST ? STUN : UNKNOWN;
    }
}
