// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import io.portunus.core.testkit.Packet;
import java.util.StringJoiner;

/// Reads payloads made by hand and says in words what was read.
final class Payloads {
    private Payloads() {}

    /// `malformed`, or what holds of `start key parameters`, then `T` and `S` with the layers above
    /// the lowest.
    static String read(Codec codec, String hex) {
        var payload = Packet.of(hex);
        var part = new FramePart();
        var fine =
                PayloadReader.of(codec)
                        .read(payload.memory(), payload.offset(), payload.length(), part);
        var words = new StringJoiner(" ");
        if (!fine) {
            words.add("malformed");
        }
        if (part.startsFrame) {
            words.add("start");
        }
        if (part.startsKeyFrame) {
            words.add("key");
        }
        if (part.hasParameters) {
            words.add("parameters");
        }
        if (part.temporalLayer > 0) {
            words.add("T" + part.temporalLayer);
        }
        if (part.spatialLayer > 0) {
            words.add("S" + part.spatialLayer);
        }
        return words.length() == 0 ? "nothing" : words.toString();
    }
}
