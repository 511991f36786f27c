// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

/// The codecs that are negotiated and forwarded.
public enum Codec {
    OPUS(MediaKind.AUDIO, "opus", 48_000),
    PCMU(MediaKind.AUDIO, "PCMU", 8_000),
    PCMA(MediaKind.AUDIO, "PCMA", 8_000),
    // RFC 3551 §4.5.2: the RTP clock of G.722 is 8000 Hz although it samples at 16000 Hz.
    G722(MediaKind.AUDIO, "G722", 8_000),
    VP8(MediaKind.VIDEO, "VP8", 90_000),
    VP9(MediaKind.VIDEO, "VP9", 90_000),
    H264(MediaKind.VIDEO, "H264", 90_000),
    AV1(MediaKind.VIDEO, "AV1", 90_000),
    H265(MediaKind.VIDEO, "H265", 90_000);

    private final MediaKind kind;
    private final String rtpmapName;
    private final int clockRateHz;

    Codec(MediaKind kind, String rtpmapName, int clockRateHz) {
        this.kind = kind;
        this.rtpmapName = rtpmapName;
        this.clockRateHz = clockRateHz;
    }

    public MediaKind kind() {
        return kind;
    }

    /// The encoding name as `a=rtpmap` spells it; compared without regard to case.
    public String rtpmapName() {
        return rtpmapName;
    }

    /// The rate of the RTP timestamp.
    public int clockRateHz() {
        return clockRateHz;
    }

    /// The name that the Janus API uses, in lower case.
    public String apiName() {
        return rtpmapName.toLowerCase(java.util.Locale.ROOT);
    }
}
