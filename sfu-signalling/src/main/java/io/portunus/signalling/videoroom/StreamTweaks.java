// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.media.MediaClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a publisher's `configure` changes without an SDP: read and checked whole, then applied.
///
/// @param relays which streams are relayed or not
/// @param delays for how long viewers are to hold back what they play
/// @param keyFrames the mids to ask key frames of; one that is empty means all video
record StreamTweaks(
        @Nullable Integer bitrate,
        @Nullable Integer activePackets,
        @Nullable Integer averageLevel,
        @Nullable String display,
        @Nullable ObjectNode metadata,
        @Nullable Map<String, String> descriptions,
        List<RelayChange> relays,
        List<DelayChange> delays,
        List<String> keyFrames) {
    /// @param mid of one stream; null for all of `kind`
    record RelayChange(@Nullable String mid, @Nullable MediaKind kind, boolean relay) {}

    /// @param mid of one stream; null for all video
    record DelayChange(@Nullable String mid, Delay delay) {}

    /// @param withOffer whether an offer comes along, which may bring streams not known yet
    static StreamTweaks read(Member member, ObjectNode body, boolean withOffer) {
        var bitrate = Fields.optionalNumber(body, "bitrate");
        var display = Fields.optionalText(body, "display");
        var metadata = Fields.optionalObject(body, "metadata");
        var descriptions = readDescriptions(member, body);
        var activePackets = Fields.optionalNumber(body, "audio_active_packets");
        var averageLevel = Fields.optionalRounded(body, "audio_level_average");
        var keyFrame = Fields.flag(body, "keyframe", false);
        Fields.notRecorded(body);
        for (var flag : new String[] {"update", "restart"}) {
            Fields.optionalFlag(body, flag);
        }
        for (var text : new String[] {"filename", "secret"}) {
            Fields.optionalText(body, text);
        }
        var delays = new ArrayList<DelayChange>();
        var relays = new ArrayList<RelayChange>();
        var keyFrames = new ArrayList<String>();
        var streams = Fields.optionalObjects(body, "streams");
        var mid = Fields.optionalText(body, "mid");
        if (streams != null) {
            for (var stream : streams) {
                readStream(member, stream, streams.size() > 1, relays, keyFrames, withOffer);
                readDelay(stream, delays);
            }
        } else if (mid != null) {
            readDelay(body, delays);
            readStream(member, body, true, relays, keyFrames, withOffer);
            keyFrame = false;
        }
        for (var flag : new String[] {"audio", "video", "data", "send"}) {
            Fields.optionalFlag(body, flag);
        }
        if (streams == null && mid == null) {
            readDelay(body, delays);
            readKinds(body, relays);
        }
        if (keyFrame) {
            keyFrames.add("");
        }
        return new StreamTweaks(
                bitrate,
                activePackets,
                averageLevel,
                display,
                metadata,
                descriptions,
                relays,
                delays,
                keyFrames);
    }

    /// What `body` says of single streams, by mid; null where it says nothing. Together with what
    /// is known there may be one for each media section that a connection can have.
    static @Nullable Map<String, String> readDescriptions(Member member, ObjectNode body) {
        var items = Fields.optionalObjects(body, "descriptions");
        if (items == null) {
            return null;
        }
        var descriptions = new HashMap<String, String>();
        for (var item : items) {
            descriptions.put(Fields.text(item, "mid"), Fields.text(item, "description"));
        }
        var all = new HashSet<>(member.descriptions().keySet());
        all.addAll(descriptions.keySet());
        if (all.size() > MediaPlan.MAX_LINES) {
            throw new PluginRefusal(PluginError.invalid("Too many descriptions"));
        }
        return descriptions;
    }

    /// Notes what holds for all that the participant will publish.
    void keep(ApiRoom room, Member member) {
        if (bitrate != null) {
            member.bitrate(room.spec().bitrateFor(bitrate));
        }
        if (descriptions != null) {
            member.descriptions().putAll(descriptions);
        }
        member.audioLevels(
                activePackets == null ? member.activePackets() : activePackets,
                averageLevel == null ? member.averageLevel() : averageLevel);
    }

    void apply(MediaClient media, ApiRoom room, Member member) {
        keep(room, member);
        if (bitrate != null) {
            ParticipantMedia.limit(media, room, member);
        }
        if (activePackets != null || averageLevel != null) {
            ParticipantMedia.measure(media, room, member);
        }
        applyToStreams(media, room, member);
        tell(room, member);
        RoomMonitor.configured(
                room.spec(), member, bitrate == null ? null : room.spec().bitrateFor(bitrate));
    }

    /// Whether any of it is about single streams.
    boolean concernsStreams() {
        return !relays.isEmpty() || !delays.isEmpty();
    }

    /// The part that needs streams which are published.
    void applyToStreams(MediaClient media, ApiRoom room, Member member) {
        for (var change : relays) {
            relay(media, room, member, change);
        }
        for (var change : delays) {
            holdBack(room, member, change);
        }
        for (var mid : keyFrames) {
            media.tell(
                    room.mediaLoop(),
                    new RoomCommand.RequestKeyFrame(
                            MediaCommand.NO_REQUEST,
                            room.mediaId(),
                            member.participant(),
                            mid.isEmpty() ? null : mid));
        }
    }

    private void tell(ApiRoom room, Member member) {
        if (display != null && !display.equals(member.display())) {
            var had = member.display() != null;
            member.display(display);
            if (had) {
                var event = RoomJson.object().put("videoroom", "event");
                RoomJson.putIdentity(event, member);
                room.tellOthers(member, event);
            }
        }
        if (metadata != null && !metadata.equals(member.metadata())) {
            var had = member.metadata() != null;
            member.metadata(metadata);
            if (had) {
                var event = member.id().putInto(RoomJson.object().put("videoroom", "event"), "id");
                event.set("metadata", metadata);
                room.tellOthers(member, event);
            }
        }
        if (descriptions != null) {
            member.descriptions().putAll(descriptions);
            if (member.isPublishing()) {
                room.announce(member);
            }
        }
    }

    private static void holdBack(ApiRoom room, Member member, DelayChange change) {
        for (var stream : member.streams()) {
            var named = change.mid() == null || stream.mid().equals(change.mid());
            if (named && stream.kind() == MediaKind.VIDEO) {
                member.delay(stream.mid(), change.delay());
                room.onDelay(member, stream.mid());
            }
        }
    }

    private static void relay(MediaClient media, ApiRoom room, Member member, RelayChange change) {
        for (var stream : member.streams()) {
            if (stream.mid().equals(change.mid()) || stream.kind() == change.kind()) {
                member.mute(stream.mid(), !change.relay());
                ParticipantMedia.relay(media, room, member, stream.mid());
            }
        }
    }

    private static void readStream(
            Member member,
            ObjectNode stream,
            boolean needsMid,
            List<RelayChange> relays,
            List<String> keyFrames,
            boolean withOffer) {
        var mid = Fields.optionalText(stream, "mid");
        if (mid == null) {
            if (needsMid) {
                throw new PluginRefusal(
                        PluginError.invalid(
                                "Invalid value (mid can't be null in a streams array)"));
            }
        } else if (!withOffer && member.isPublishing() && member.stream(mid) == null) {
            throw new PluginRefusal(PluginError.noSuch("No such mid '" + mid + "' published"));
        }
        var send = Fields.optionalFlag(stream, "send");
        var keyFrame = Fields.flag(stream, "keyframe", false);
        if (mid == null) {
            if (send != null) {
                relays.add(new RelayChange(null, MediaKind.AUDIO, send));
                relays.add(new RelayChange(null, MediaKind.VIDEO, send));
            }
            if (keyFrame) {
                keyFrames.add("");
            }
        } else {
            if (send != null) {
                relays.add(new RelayChange(mid, null, send));
            }
            if (keyFrame) {
                keyFrames.add(mid);
            }
        }
    }

    private static void readDelay(ObjectNode item, List<DelayChange> delays) {
        var delay = Delay.read(item);
        if (delay != null) {
            delays.add(new DelayChange(Fields.optionalText(item, "mid"), delay));
        }
    }

    private static void readKinds(ObjectNode body, List<RelayChange> relays) {
        var audio = Fields.optionalFlag(body, "audio");
        var video = Fields.optionalFlag(body, "video");
        var send = Fields.optionalFlag(body, "send");
        Fields.optionalFlag(body, "data");
        readKind(MediaKind.AUDIO, send != null ? send : audio, relays);
        readKind(MediaKind.VIDEO, send != null ? send : video, relays);
    }

    private static void readKind(
            MediaKind kind, @Nullable Boolean relay, List<RelayChange> relays) {
        if (relay != null) {
            relays.add(new RelayChange(null, kind, relay));
        }
    }
}
