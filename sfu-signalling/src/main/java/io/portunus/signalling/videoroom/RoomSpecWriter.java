// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Writes the properties of a room so that [RoomSpecReader] reads the same room from them.
final class RoomSpecWriter {
    private RoomSpecWriter() {}

    static ObjectNode write(RoomSpec spec) {
        var json = spec.id().putInto(RoomJson.object(), "room");
        json.put("description", spec.description())
                .put("secret", spec.secret())
                .put("pin", spec.pin());
        var tokens = spec.allowed();
        if (tokens != null) {
            var allowed = json.putArray("allowed");
            tokens.forEach(allowed::add);
        }
        var dummies = json.putArray("dummy_streams");
        for (var stream : spec.dummyStreams()) {
            dummies.addObject()
                    .put("codec", stream.codec().apiName())
                    .put("fmtp", stream.formatParameters());
        }
        return json.put("is_private", spec.isPrivate())
                .put("require_pvtid", spec.requirePvtid())
                .put("check_subscribers", spec.checkSubscribers())
                .put("signed_tokens", spec.signedTokens())
                .put("require_e2ee", spec.requireE2ee())
                .put("publishers", spec.publishers())
                .put("bitrate", spec.bitrate())
                .put("bitrate_cap", spec.bitrateCap())
                .put("fir_freq", spec.firFreq())
                .put("audiocodec", CodecNames.join(spec.audioCodecs()))
                .put("videocodec", CodecNames.join(spec.videoCodecs()))
                .put("vp9_profile", spec.vp9Profile())
                .put("h264_profile", spec.h264Profile())
                .put("opus_fec", spec.opusFec())
                .put("opus_dtx", spec.opusDtx())
                .put("audiolevel_ext", spec.audioLevelExt())
                .put("audiolevel_event", spec.audioLevelEvent())
                .put("audio_active_packets", spec.audioActivePackets())
                .put("audio_level_average", spec.audioLevelAverage())
                .put("videoorient_ext", spec.videoOrientExt())
                .put("playoutdelay_ext", spec.playoutDelayExt())
                .put("transport_wide_cc_ext", spec.transportCcExt())
                .put("notify_joining", spec.notifyJoining())
                .put("dummy_publisher", spec.dummyPublisher())
                .put("dummy_e2ee", spec.dummyE2ee())
                .put("record", spec.record())
                .put("rec_dir", spec.recDir())
                .put("lock_record", spec.lockRecord());
    }
}
