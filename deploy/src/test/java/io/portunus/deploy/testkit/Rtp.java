// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A received RTP packet (RFC 3550 §5.1) taken apart by hand, so that what the server writes is not
/// read by its own code.
public final class Rtp {
    private static final int ONE_BYTE_EXTENSIONS = 0xBEDE;

    private final ByteBuffer packet;
    private final int payloadAt;

    public Rtp(byte[] bytes) {
        packet = ByteBuffer.wrap(bytes.clone());
        var csrcs = 12 + (bytes[0] & 0x0F) * 4;
        payloadAt = hasExtensions() ? csrcs + 4 + words(csrcs + 2) * 4 : csrcs;
    }

    private boolean hasExtensions() {
        return (packet.get(0) & 0x10) != 0;
    }

    private int words(int at) {
        return packet.getShort(at) & 0xFFFF;
    }

    public boolean isMarked() {
        return packet.get(1) < 0;
    }

    public int payloadType() {
        return packet.get(1) & 0x7F;
    }

    public int sequence() {
        return words(2);
    }

    public int timestamp() {
        return packet.getInt(4);
    }

    public long ssrc() {
        return Integer.toUnsignedLong(packet.getInt(8));
    }

    public byte[] payload() {
        return Arrays.copyOfRange(packet.array(), payloadAt, packet.limit());
    }

    /// The original sequence number in a retransmission (RFC 4588 §4).
    public int originalSequence() {
        return words(payloadAt);
    }

    /// The text in the header extension `id` (RFC 8285 §4.2); empty where there is none.
    public String extension(int id) {
        if (!hasExtensions() || words(12) != ONE_BYTE_EXTENSIONS) {
            return "";
        }
        for (var at = 16; at < payloadAt; ) {
            var first = packet.get(at) & 0xFF;
            var length = first == 0 ? 0 : (first & 0x0F) + 1;
            if (first >> 4 == id) {
                return new String(packet.array(), at + 1, length, StandardCharsets.US_ASCII);
            }
            at += 1 + length;
        }
        return "";
    }
}
