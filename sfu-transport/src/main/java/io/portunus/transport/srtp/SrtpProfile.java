// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

/// The DTLS-SRTP protection profiles that we speak (RFC 5764 §4.1.2, RFC 7714 §14.2), in the order
/// in which we prefer them: AES-GCM costs a third of AES-CM with HMAC-SHA1.
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 0, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 0, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 20, 10);

    /// The longest overhead that any profile adds to a packet, SRTCP's trailing index included.
    public static final int MAX_OVERHEAD_BYTES = 20;

    private static final int SRTCP_INDEX_BYTES = 4;

    private final int wireValue;
    private final int keyBytes;
    private final int saltBytes;
    private final int authenticationKeyBytes;
    private final int tagBytes;

    SrtpProfile(
            int wireValue, int keyBytes, int saltBytes, int authenticationKeyBytes, int tagBytes) {
        this.wireValue = wireValue;
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.authenticationKeyBytes = authenticationKeyBytes;
        this.tagBytes = tagBytes;
    }

    /// The number in the `use_srtp` extension.
    public int wireValue() {
        return wireValue;
    }

    /// Of the master key and of the session keys alike.
    public int keyBytes() {
        return keyBytes;
    }

    public int saltBytes() {
        return saltBytes;
    }

    /// 0 where the cipher authenticates by itself.
    public int authenticationKeyBytes() {
        return authenticationKeyBytes;
    }

    public int tagBytes() {
        return tagBytes;
    }

    /// How much longer an RTP packet becomes.
    public int rtpOverheadBytes() {
        return tagBytes;
    }

    /// How much longer a compound RTCP packet becomes.
    public int rtcpOverheadBytes() {
        return tagBytes + SRTCP_INDEX_BYTES;
    }

    public boolean isAead() {
        return authenticationKeyBytes == 0;
    }
}
