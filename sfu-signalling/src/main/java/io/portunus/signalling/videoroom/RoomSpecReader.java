// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the properties of a room: of a `create`, of the configuration, of what was kept.
public final class RoomSpecReader {
    /// The most tokens that a room can have.
    static final int MAX_TOKENS = 4_096;

    private static final int DEFAULT_PUBLISHERS = 3;
    private static final int LEAST_BITRATE = 64_000;
    private static final int DEFAULT_ACTIVE_PACKETS = 100;
    static final int MAX_ACTIVE_PACKETS = 10_000;
    private static final int DEFAULT_LEVEL_AVERAGE = 25;
    static final int MAX_LEVEL = 127;
    private static final int MAX_FIR_SECONDS = 3_600;
    private static final int MAX_PATH_CHARACTERS = 4_096;

    private RoomSpecReader() {}

    /// A room of the configuration or of another file; it is permanent.
    ///
    /// @throws IllegalArgumentException saying which property is wrong
    public static RoomSpec permanent(ObjectNode properties, Ids ids) {
        try {
            var id = ids.required(properties, "room");
            if (id.isUnset()) {
                throw new IllegalArgumentException(
                        "room is "
                                + id
                                + ", but must be 1 to 2^53 - 1 or a text that is not empty");
            }
            return read(properties, id, true);
        } catch (PluginRefusal refusal) {
            throw new IllegalArgumentException(refusal.error().text(), refusal);
        }
    }

    /// @param id of the room, already found
    static RoomSpec read(ObjectNode body, ApiId id, boolean permanent) {
        var description = Fields.optionalText(body, "description");
        var directory = orEmpty(body, "rec_dir");
        if (directory.length() > MAX_PATH_CHARACTERS) {
            throw new PluginRefusal(PluginError.invalidType("rec_dir", "a string"));
        }
        // How many threads a room has is no room's business here; what is no number is wrong.
        Fields.number(body, "threads", 0);
        return new RoomSpec(
                id,
                description == null || description.isEmpty() ? "Room " + id : description,
                orEmpty(body, "secret"),
                orEmpty(body, "pin"),
                tokens(body),
                Fields.flag(body, "is_private", false),
                Fields.flag(body, "require_pvtid", false),
                Fields.flag(body, "check_subscribers", false),
                Fields.flag(body, "signed_tokens", false),
                Fields.flag(body, "require_e2ee", false),
                Fields.number(body, "publishers", DEFAULT_PUBLISHERS),
                bitrate(Fields.number(body, "bitrate", 0)),
                Fields.flag(body, "bitrate_cap", false),
                Math.min(MAX_FIR_SECONDS, Fields.number(body, "fir_freq", 0)),
                codecs(body, "audiocodec", MediaKind.AUDIO, Codec.OPUS),
                codecs(body, "videocodec", MediaKind.VIDEO, Codec.VP8),
                orEmpty(body, "vp9_profile"),
                orEmpty(body, "h264_profile"),
                Fields.flag(body, "opus_fec", true),
                Fields.flag(body, "opus_dtx", false),
                Fields.flag(body, "audiolevel_ext", true),
                Fields.flag(body, "audiolevel_event", false),
                Math.min(
                        MAX_ACTIVE_PACKETS,
                        positive(body, "audio_active_packets", DEFAULT_ACTIVE_PACKETS)),
                Math.min(MAX_LEVEL, positive(body, "audio_level_average", DEFAULT_LEVEL_AVERAGE)),
                Fields.flag(body, "videoorient_ext", true),
                Fields.flag(body, "playoutdelay_ext", true),
                Fields.flag(body, "transport_wide_cc_ext", true),
                Fields.flag(body, "notify_joining", false),
                Fields.flag(body, "dummy_publisher", false),
                dummyStreams(body),
                Fields.flag(body, "dummy_e2ee", false),
                Fields.flag(body, "record", false),
                directory,
                Fields.flag(body, "lock_record", false),
                permanent);
    }

    /// A bitrate that is a cap is never so low that nothing could be sent.
    static int bitrate(int bps) {
        return bps > 0 ? Math.max(bps, LEAST_BITRATE) : 0;
    }

    /// The tokens in `allowed`, each once; null where the element is missing.
    static @Nullable List<String> tokens(ObjectNode body) {
        var node = body.get("allowed");
        if (node == null) {
            return null;
        }
        if (!node.isArray() || node.size() > MAX_TOKENS) {
            throw new PluginRefusal(PluginError.invalidType("allowed", "an array"));
        }
        var tokens = new LinkedHashSet<String>();
        for (var token : node) {
            if (!token.isTextual()) {
                throw new PluginRefusal(
                        PluginError.invalid("Invalid element in the allowed array (not a string)"));
            }
            tokens.add(token.asText());
        }
        return List.copyOf(tokens);
    }

    private static List<Dummy.Stream> dummyStreams(ObjectNode body) {
        var items = Fields.optionalObjects(body, "dummy_streams");
        if (items == null) {
            return List.of();
        }
        if (items.size() > MediaPlan.MAX_LINES) {
            throw new PluginRefusal(PluginError.invalidType("dummy_streams", "an array"));
        }
        var streams = new ArrayList<Dummy.Stream>();
        for (var item : items) {
            var name = Fields.text(item, "codec");
            var audio = CodecNames.of(name, MediaKind.AUDIO);
            var codec = audio == null ? CodecNames.of(name, MediaKind.VIDEO) : audio;
            if (codec == null) {
                throw new PluginRefusal(
                        PluginError.invalid("Invalid element (codec of a dummy stream)"));
            }
            streams.add(new Dummy.Stream(codec, orEmpty(item, "fmtp")));
        }
        return streams;
    }

    private static String orEmpty(ObjectNode body, String name) {
        var text = Fields.optionalText(body, name);
        return text == null ? "" : text;
    }

    private static int positive(ObjectNode body, String name, int otherwise) {
        var number = Fields.number(body, name, otherwise);
        return number == 0 ? otherwise : number;
    }

    private static List<Codec> codecs(
            ObjectNode body, String name, MediaKind kind, Codec otherwise) {
        var list = Fields.optionalText(body, name);
        if (list == null) {
            return List.of(otherwise);
        }
        try {
            return CodecNames.parse(list, kind);
        } catch (IllegalArgumentException _) {
            throw new PluginRefusal(
                    PluginError.invalid(
                            "Invalid element ("
                                    + name
                                    + " can only be or contain "
                                    + CodecNames.known(kind)
                                    + ")"));
        }
    }
}
