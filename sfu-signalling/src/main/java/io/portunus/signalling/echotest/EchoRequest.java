// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.echotest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The one request of the EchoTest plugin; every element may be missing.
///
/// @param audio whether audio is sent back
/// @param video whether video is sent back
/// @param bitrate the cap in bit/s, 0 for none
record EchoRequest(
        @Nullable Boolean audio,
        @Nullable Boolean video,
        @Nullable Integer bitrate,
        @Nullable Codec audioCodec,
        @Nullable Codec videoCodec) {
    private static final String[] FLAGS = {"audio", "video", "data", "record"};
    private static final String[] NUMBERS = {
        "bitrate", "substream", "temporal", "fallback", "spatial_layer", "temporal_layer"
    };
    private static final String[] TEXTS = {"filename", "audiocodec", "videocodec"};

    /// What is wrong with `body`, or null.
    static @Nullable String problem(ObjectNode body) {
        for (var name : FLAGS) {
            if (body.has(name) && !body.get(name).isBoolean()) {
                return wrong(name, "a boolean");
            }
        }
        for (var name : NUMBERS) {
            if (body.has(name) && !(body.get(name).isInt() && body.get(name).asInt() >= 0)) {
                return wrong(name, "a positive integer");
            }
        }
        for (var name : TEXTS) {
            if (body.has(name) && !body.get(name).isTextual()) {
                return wrong(name, "a string");
            }
        }
        return body.path("record").asBoolean() ? "Recording is not supported yet" : null;
    }

    /// Reads a body that has no [#problem].
    static EchoRequest read(ObjectNode body) {
        return new EchoRequest(
                body.has("audio") ? body.get("audio").asBoolean() : null,
                body.has("video") ? body.get("video").asBoolean() : null,
                body.has("bitrate") ? body.get("bitrate").asInt() : null,
                codec(body, "audiocodec", MediaKind.AUDIO),
                codec(body, "videocodec", MediaKind.VIDEO));
    }

    private static @Nullable Codec codec(ObjectNode body, String name, MediaKind kind) {
        var wanted = body.path(name).asText("").toLowerCase(Locale.ROOT);
        for (var codec : Codec.values()) {
            if (codec.kind() == kind && codec.apiName().equals(wanted)) {
                return codec;
            }
        }
        return null;
    }

    private static String wrong(String name, String wanted) {
        return "Invalid element type (" + name + " should be " + wanted + ")";
    }
}
