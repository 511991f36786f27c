// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Protects what goes to one client (RFC 3711 §3.3, §3.4; RFC 7714). Confined to its media loop.
public final class SrtpOutbound implements AutoCloseable {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int RTP_SSRC_AT = 8;
    private static final int RTCP_SSRC_AT = 4;
    private static final int RTCP_HEADER_BYTES = 8;
    private static final int ENCRYPTED_FLAG = 0x8000_0000;
    private static final int MAX_RTCP_INDEX = 0x7FFF_FFFF;

    private final SrtpProfile profile;
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final boolean inBursts;
    private final SrtpJob job = new SrtpJob();

    /// One count for all our SSRCs: it rises for each of them, as RFC 3711 §3.4 wants it.
    private int nextRtcpIndex = 1;

    /// @param weAreDtlsClient whose keys are ours
    public SrtpOutbound(
            SrtpKeyMaterial keys, boolean weAreDtlsClient, SrtpCipherProvider provider) {
        this(keys, weAreDtlsClient, provider, false);
    }

    private SrtpOutbound(
            SrtpKeyMaterial keys,
            boolean weAreDtlsClient,
            SrtpCipherProvider provider,
            boolean inBursts) {
        this.inBursts = inBursts;
        profile = keys.profile();
        var key = keys.key(weAreDtlsClient);
        var salt = keys.salt(weAreDtlsClient);
        rtp = provider.cipher(SrtpKeyDerivation.sessionKeys(profile, false, key, salt));
        rtcp = provider.cipher(SrtpKeyDerivation.sessionKeys(profile, true, key, salt));
    }

    /// One whose packets are whole only when `provider` has [completed the
    /// burst][SrtpCipherProvider#completeBurst]; until then they have to stay where they are and as
    /// they are.
    public static SrtpOutbound inBursts(
            SrtpKeyMaterial keys, boolean weAreDtlsClient, SrtpCipherProvider provider) {
        return new SrtpOutbound(keys, weAreDtlsClient, provider, true);
    }

    /// Reads what [#protectRtp] needs, so that it is near then.
    public int touch() {
        return nextRtcpIndex + job.payloadBytes + job.trailer + rtp.touch();
    }

    public SrtpProfile profile() {
        return profile;
    }

    /// Encrypts a payload to right behind its header, and writes the tag behind that.
    ///
    /// @param packet where the header lies, at `offset`, with room behind it for payload and
    ///   [SrtpProfile#rtpOverheadBytes]
    /// @param payload where the payload is read; may be right behind the header already
    /// @param packetIndex 48 bits; the lower 16 are the header's sequence number. Under one SSRC
    ///   never the same one for different bytes
    /// @return the length of the protected packet
    public int protectRtp(
            MemorySegment packet,
            long offset,
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        job.packet = packet;
        job.headerOffset = offset;
        job.headerBytes = headerBytes;
        job.input = payload;
        job.inputOffset = payloadOffset;
        job.payloadBytes = payloadBytes;
        job.output = packet;
        job.outputOffset = offset + headerBytes;
        job.tagOffset = offset + headerBytes + payloadBytes;
        job.ssrc = packet.get(INT, offset + RTP_SSRC_AT);
        job.index = packetIndex;
        job.trailer = (int) (packetIndex >>> 16);
        seal(rtp);
        return headerBytes + payloadBytes + profile.rtpOverheadBytes();
    }

    /// Protects the compound packet of at least 8 bytes that lies at `offset`, in place, with room
    /// behind it for [SrtpProfile#rtcpOverheadBytes].
    ///
    /// @return the length of the protected packet, or -1 when the keys are used up
    public int protectRtcp(MemorySegment packet, long offset, int bytes) {
        if (nextRtcpIndex == MAX_RTCP_INDEX) {
            return -1;
        }
        job.packet = packet;
        job.headerOffset = offset;
        job.headerBytes = RTCP_HEADER_BYTES;
        job.input = packet;
        job.inputOffset = offset + RTCP_HEADER_BYTES;
        job.payloadBytes = bytes - RTCP_HEADER_BYTES;
        job.output = packet;
        job.outputOffset = job.inputOffset;
        job.ssrc = packet.get(INT, offset + RTCP_SSRC_AT);
        job.index = nextRtcpIndex++;
        job.trailer = (int) job.index | ENCRYPTED_FLAG;
        // RFC 7714 §9.2 puts the tag before the index, RFC 3711 §3.4 behind it.
        var indexOffset = profile.isAead() ? offset + bytes + profile.tagBytes() : offset + bytes;
        job.tagOffset = profile.isAead() ? offset + bytes : offset + bytes + Integer.BYTES;
        packet.set(INT, indexOffset, job.trailer);
        seal(rtcp);
        return bytes + profile.rtcpOverheadBytes();
    }

    private void seal(SrtpCipher cipher) {
        if (inBursts) {
            cipher.sealInBurst(job);
        } else {
            cipher.seal(job);
        }
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
