// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a simulated publisher writes at the end of each payload, so that whoever receives it can
/// tell what it is.
///
/// @param source which encoder made it; a restarted publisher is another one
/// @param number counts its packets from 0
/// @param startsKeyFrame whether it is the first packet of a key frame
public record Stamp(int source, int number, boolean startsKeyFrame) {
    static final int BYTES = 16;

    private static final int MAGIC = 0x504F_5254;

    void write(ByteBuffer payload) {
        payload.putInt(MAGIC).putInt(source).putInt(number).putInt(startsKeyFrame ? 1 : 0);
    }

    /// The stamp of an RTP packet, or null where it carries none, such as padding.
    static @Nullable Stamp read(Bytes packet, int headerBytes) {
        var at = packet.length() - BYTES;
        if (at < headerBytes || packet.integer(at) != MAGIC) {
            return null;
        }
        return new Stamp(
                packet.integer(at + 4), packet.integer(at + 8), packet.integer(at + 12) != 0);
    }

    /// Whether a decoder that has everything up to `before` can go on with this.
    boolean follows(Stamp before) {
        return startsKeyFrame || (source == before.source && number == before.number + 1);
    }
}
