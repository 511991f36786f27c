// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaPlan.Encoding;
import io.portunus.core.door.MediaPlan.Feedback;
import io.portunus.core.door.MediaPlan.Line;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Media plans as browsers negotiate them.
public final class Plans {
    /// As Chromium numbers it.
    static final int AUDIO_LEVEL_ID = 1;

    static final int DEPENDENCY_DESCRIPTOR_ID = 12;

    private static final ExtensionMap EXTENSIONS =
            new ExtensionMap(
                    Map.of(
                            ExtensionKind.MID,
                            4,
                            ExtensionKind.ABS_SEND_TIME,
                            2,
                            ExtensionKind.AUDIO_LEVEL,
                            AUDIO_LEVEL_ID,
                            ExtensionKind.DEPENDENCY_DESCRIPTOR,
                            DEPENDENCY_DESCRIPTOR_ID));

    private Plans() {}

    public static MediaPlan of(Line... lines) {
        return new MediaPlan(Arrays.asList(lines));
    }

    /// A section on which the client sends, known by its mid alone.
    public static Line receives(int index, Codec codec) {
        return line(index, codec, true, false, List.of());
    }

    /// A section on which the client sends streams that it announced.
    public static Line receives(int index, Codec codec, long ssrc, long rtxSsrc) {
        return line(index, codec, true, false, List.of(new Encoding("", ssrc, rtxSsrc)));
    }

    /// A section on which we send.
    public static Line sends(int index, Codec codec) {
        return line(index, codec, false, true, List.of());
    }

    /// A section that is there, without media.
    public static Line inactive(int index, Codec codec) {
        return line(index, codec, false, false, List.of());
    }

    /// A section with media both ways.
    public static Line both(int index, Codec codec) {
        return line(index, codec, true, true, List.of());
    }

    public static int payloadType(Codec codec) {
        return 96 + 2 * codec.ordinal();
    }

    /// The payload type of retransmissions, or -1: audio has none.
    public static int rtxPayloadType(Codec codec) {
        return switch (codec.kind()) {
            case AUDIO -> -1;
            case VIDEO -> payloadType(codec) + 1;
        };
    }

    private static Line line(
            int index, Codec codec, boolean receives, boolean sends, List<Encoding> encodings) {
        return new Line(
                index,
                Integer.toString(index),
                receives,
                sends,
                codec,
                payloadType(codec),
                rtxPayloadType(codec),
                feedback(codec),
                EXTENSIONS,
                encodings);
    }

    private static Set<Feedback> feedback(Codec codec) {
        return switch (codec.kind()) {
            case AUDIO -> Set.of();
            case VIDEO -> Set.of(Feedback.NACK, Feedback.NACK_PLI, Feedback.CCM_FIR);
        };
    }
}
