// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

/// What a stream carries.
public enum MediaKind {
    AUDIO("audio", "opus", 48_000),
    VIDEO("video", "VP8", 90_000);

    private final String sdpName;
    private final String codec;
    private final int clockRate;

    MediaKind(String sdpName, String codec, int clockRate) {
        this.sdpName = sdpName;
        this.codec = codec;
        this.clockRate = clockRate;
    }

    /// As the m-line has it.
    public String sdpName() {
        return sdpName;
    }

    /// As `rtpmap` has it.
    public String codec() {
        return codec;
    }

    /// RTP timestamp units a second.
    public int clockRate() {
        return clockRate;
    }
}
