// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaPlan.Feedback;

/// The lines that describe the formats of a section: rtpmap, fmtp, rtcp-fb, and the same of its
/// retransmissions.
final class FormatLines {
    private FormatLines() {}

    static void write(SdpWriter writer, MediaPlan.Line line, String formatParameters) {
        var payloadType = line.payloadType();
        var codec = line.codec();
        writer.attribute(
                "rtpmap:"
                        + payloadType
                        + " "
                        + codec.rtpmapName()
                        + "/"
                        + codec.clockRateHz()
                        + (codec == Codec.OPUS ? "/2" : ""));
        if (!formatParameters.isEmpty()) {
            writer.attribute("fmtp:" + payloadType + " " + formatParameters);
        }
        for (var feedback : Feedback.values()) {
            if (line.feedback().contains(feedback)) {
                writer.attribute("rtcp-fb:" + payloadType + " " + attribute(feedback));
            }
        }
        if (line.rtxPayloadType() >= 0) {
            writer.attribute("rtpmap:" + line.rtxPayloadType() + " rtx/" + codec.clockRateHz());
            writer.attribute("fmtp:" + line.rtxPayloadType() + " apt=" + payloadType);
        }
    }

    /// How `a=rtcp-fb` names it.
    static String attribute(Feedback feedback) {
        return switch (feedback) {
            case NACK -> "nack";
            case NACK_PLI -> "nack pli";
            case CCM_FIR -> "ccm fir";
            case REMB -> "goog-remb";
            case TRANSPORT_CC -> "transport-cc";
        };
    }
}
