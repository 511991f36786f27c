// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import io.portunus.core.fate.Fate;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Unprotects what comes from one client (RFC 3711 §3.3, §3.4; RFC 7714). Nothing that a packet
/// says is remembered before it has proven authentic. Confined to its media loop.
public final class SrtpInbound implements AutoCloseable {
    /// How many SSRCs one client may use in a connection's life, for SRTP and for SRTCP each.
    static final int MAX_SSRCS = 1_024;

    /// At 3 000 packets a second a third of a second's reordering.
    static final int RTP_WINDOW = 1_024;

    static final int RTCP_WINDOW = 128;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final int RTP_HEADER_BYTES = 12;
    private static final int RTCP_HEADER_BYTES = 8;
    private static final int ENCRYPTED_FLAG = 0x8000_0000;

    private final SrtpProfile profile;
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final ReplayWindows rtpWindows = new ReplayWindows(MAX_SSRCS, RTP_WINDOW);
    private final ReplayWindows rtcpWindows = new ReplayWindows(MAX_SSRCS, RTCP_WINDOW);
    private final SrtpJob job = new SrtpJob();
    private Fate refusal = Fate.SRTP_MALFORMED;

    /// @param weAreDtlsClient whose keys are ours; the packets here come under the other's
    public SrtpInbound(SrtpKeyMaterial keys, boolean weAreDtlsClient, SrtpCipherProvider provider) {
        profile = keys.profile();
        var key = keys.key(!weAreDtlsClient);
        var salt = keys.salt(!weAreDtlsClient);
        rtp = provider.cipher(SrtpKeyDerivation.sessionKeys(profile, false, key, salt));
        rtcp = provider.cipher(SrtpKeyDerivation.sessionKeys(profile, true, key, salt));
    }

    /// Why the last packet was refused.
    public Fate refusal() {
        return refusal;
    }

    /// Decrypts the `length` bytes at `offset` to `targetOffset`, header included.
    ///
    /// @return the length of the plaintext packet; -1, and nothing written, for one that is refused
    ///   for the reason in [#refusal]
    public int unprotectRtp(
            MemorySegment memory,
            long offset,
            int length,
            MemorySegment target,
            long targetOffset) {
        var headerBytes = rtpHeaderBytes(memory, offset, length);
        var payloadBytes = length - headerBytes - profile.tagBytes();
        if (headerBytes < 0 || payloadBytes < 0) {
            return refuse(Fate.SRTP_MALFORMED);
        }
        var ssrc = memory.get(INT, offset + 8);
        var sequenceNumber = memory.get(SHORT, offset + 2) & 0xFFFF;
        var window = rtpWindows.find(ssrc);
        var index = estimateIndex(window == null ? -1 : window.highest(), sequenceNumber);
        if (window == null ? rtpWindows.isFull() : !window.isFresh(index)) {
            return refuse(window == null ? Fate.TOO_MANY_STREAMS : Fate.REPLAYED);
        }
        fillJob(memory, offset, headerBytes, payloadBytes, target, targetOffset);
        job.tagOffset = offset + headerBytes + payloadBytes;
        job.ssrc = ssrc;
        job.index = index;
        job.trailer = (int) (index >>> 16);
        if (!rtp.open(job)) {
            return refuse(Fate.NOT_AUTHENTIC);
        }
        (window == null ? rtpWindows.add(ssrc) : window).accept(index);
        MemorySegment.copy(memory, offset, target, targetOffset, headerBytes);
        return headerBytes + payloadBytes;
    }

    /// Decrypts the compound packet of `length` bytes at `offset` to `targetOffset`.
    ///
    /// @return the length of the plaintext; -1, and nothing written, for one that is refused for
    ///   the reason in [#refusal]
    public int unprotectRtcp(
            MemorySegment memory,
            long offset,
            int length,
            MemorySegment target,
            long targetOffset) {
        var bytes = length - profile.rtcpOverheadBytes();
        if (bytes < RTCP_HEADER_BYTES || tooLong(length) || !isVersionTwo(memory, offset)) {
            return refuse(Fate.SRTP_MALFORMED);
        }
        var end = offset + bytes;
        // RFC 7714 §9.2 puts the tag before the index, RFC 3711 §3.4 behind it.
        var trailer = memory.get(INT, profile.isAead() ? end + profile.tagBytes() : end);
        var ssrc = memory.get(INT, offset + 4);
        var index = trailer & ~ENCRYPTED_FLAG;
        var window = rtcpWindows.find(ssrc);
        if (window == null ? rtcpWindows.isFull() : !window.isFresh(index)) {
            return refuse(window == null ? Fate.TOO_MANY_STREAMS : Fate.REPLAYED);
        }
        // Without the flag the whole packet is readable and only authenticated.
        var headerBytes = (trailer & ENCRYPTED_FLAG) != 0 ? RTCP_HEADER_BYTES : bytes;
        fillJob(memory, offset, headerBytes, bytes - headerBytes, target, targetOffset);
        job.tagOffset = profile.isAead() ? end : end + Integer.BYTES;
        job.ssrc = ssrc;
        job.index = index;
        job.trailer = trailer;
        if (!rtcp.open(job)) {
            return refuse(Fate.NOT_AUTHENTIC);
        }
        (window == null ? rtcpWindows.add(ssrc) : window).accept(index);
        MemorySegment.copy(memory, offset, target, targetOffset, headerBytes);
        return bytes;
    }

    /// The 48-bit index that `sequenceNumber` most likely stands for (RFC 3711 §3.3.1 and appendix
    /// A). In the first cycle there is nothing before, so a far number is one ahead.
    static long estimateIndex(long highest, int sequenceNumber) {
        if (highest < 0) {
            return sequenceNumber;
        }
        var cycle = highest & ~0xFFFFL;
        var newest = (int) highest & 0xFFFF;
        if (newest < 0x8000) {
            return sequenceNumber - newest > 0x8000 && cycle > 0
                    ? cycle - 0x1_0000 + sequenceNumber
                    : cycle + sequenceNumber;
        }
        return newest - 0x8000 > sequenceNumber
                ? (cycle + 0x1_0000 + sequenceNumber) & 0xFFFF_FFFF_FFFFL
                : cycle + sequenceNumber;
    }

    /// Fixed header, CSRCs and extension block, or -1 when they reach beyond the end.
    private static int rtpHeaderBytes(MemorySegment memory, long offset, int length) {
        if (length < RTP_HEADER_BYTES || tooLong(length) || !isVersionTwo(memory, offset)) {
            return -1;
        }
        var first = memory.get(BYTE, offset);
        var header = RTP_HEADER_BYTES + 4 * (first & 0x0F);
        if ((first & 0x10) != 0) {
            if (length < header + 4) {
                return -1;
            }
            header += 4 + 4 * (memory.get(SHORT, offset + header + 2) & 0xFFFF);
        }
        return header <= length ? header : -1;
    }

    private static boolean isVersionTwo(MemorySegment memory, long offset) {
        return (memory.get(BYTE, offset) & 0xC0) == 0x80;
    }

    private static boolean tooLong(int length) {
        return length > SrtpCipherProvider.MAX_PACKET_BYTES;
    }

    private void fillJob(
            MemorySegment memory,
            long offset,
            int headerBytes,
            int payloadBytes,
            MemorySegment target,
            long targetOffset) {
        job.packet = memory;
        job.headerOffset = offset;
        job.headerBytes = headerBytes;
        job.input = memory;
        job.inputOffset = offset + headerBytes;
        job.payloadBytes = payloadBytes;
        job.output = target;
        job.outputOffset = targetOffset + headerBytes;
    }

    private int refuse(Fate reason) {
        refusal = reason;
        return -1;
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
