// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import java.util.List;

/// Reads the properties of a room to be created.
final class RoomSpecReader {
    private static final int DEFAULT_PUBLISHERS = 3;
    private static final int LEAST_BITRATE = 64_000;
    private static final int DEFAULT_ACTIVE_PACKETS = 100;
    private static final int DEFAULT_LEVEL_AVERAGE = 25;

    private RoomSpecReader() {}

    /// @param id of the room, already found
    static RoomSpec read(ObjectNode body, long id) {
        var description = Fields.optionalText(body, "description");
        var bitrate = Fields.number(body, "bitrate", 0);
        return new RoomSpec(
                id,
                description == null || description.isEmpty() ? "Room " + id : description,
                orEmpty(body, "secret"),
                orEmpty(body, "pin"),
                Fields.flag(body, "is_private", false),
                Fields.flag(body, "require_pvtid", false),
                Fields.number(body, "publishers", DEFAULT_PUBLISHERS),
                bitrate > 0 ? Math.max(bitrate, LEAST_BITRATE) : 0,
                Fields.number(body, "fir_freq", 0),
                codecs(body, "audiocodec", MediaKind.AUDIO, Codec.OPUS),
                codecs(body, "videocodec", MediaKind.VIDEO, Codec.VP8),
                orEmpty(body, "vp9_profile"),
                orEmpty(body, "h264_profile"),
                Fields.flag(body, "opus_fec", true),
                Fields.flag(body, "opus_dtx", false),
                Fields.flag(body, "audiolevel_ext", true),
                Fields.flag(body, "audiolevel_event", false),
                positive(body, "audio_active_packets", DEFAULT_ACTIVE_PACKETS),
                Math.min(127, positive(body, "audio_level_average", DEFAULT_LEVEL_AVERAGE)),
                Fields.flag(body, "videoorient_ext", true),
                Fields.flag(body, "playoutdelay_ext", true),
                Fields.flag(body, "transport_wide_cc_ext", true),
                Fields.flag(body, "notify_joining", false),
                false);
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
