// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.PublisherNegotiation;
import io.portunus.signalling.sdp.SessionDescription;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The publishing connection of one participant and its negotiation: made by the first offer, kept
/// by later ones, gone with `unpublish` or `hangup`. Confined to the signalling loop.
final class Publishing {
    private final VideoRooms rooms;
    private final Handle handle;
    private final ApiRoom room;
    private final Supplier<PluginError> whyGone;
    private final EarlyTweaks early = new EarlyTweaks();
    private @Nullable LivePublication live;

    /// @param whyGone what a request hears whose participant went in the meantime
    Publishing(VideoRooms rooms, Handle handle, ApiRoom room, Supplier<PluginError> whyGone) {
        this.whyGone = whyGone;
        this.rooms = rooms;
        this.handle = handle;
        this.room = room;
    }

    boolean isConnected() {
        return live != null && live.link().isConnected();
    }

    boolean isEnding() {
        return live != null && live.link().isEnding();
    }

    /// For operators; null where there is none.
    @Nullable Connection connection() {
        return live == null ? null : live.link();
    }

    void silence(Consumer<Long> answer) {
        var present = live;
        if (present == null) {
            answer.accept(Long.MAX_VALUE);
        } else {
            present.link().silence(answer);
        }
    }

    void close(PeerEnd end) {
        var present = live;
        if (present != null) {
            present.link().close(end);
        }
    }

    /// The room ends the connection; a new offer makes a new one.
    void onUnpublished() {
        live = null;
    }

    void onRoomLeft() {
        live = null;
    }

    /// An offer that can be read, and the codecs that it is to be answered with where not the
    /// room's.
    record Offer(
            SessionDescription description,
            @Nullable Codec audio,
            @Nullable Codec video,
            boolean e2ee) {}

    /// Reads and checks everything that can be before anything is done.
    Offer read(ObjectNode body, Jsep jsep) {
        if (!jsep.isOffer()) {
            throw new PluginRefusal(
                    PluginError.invalidSdpType("Unknown SDP type '" + jsep.type() + "'"));
        }
        if (room.spec().requireE2ee() && !jsep.e2ee() && !isEncrypted()) {
            throw new PluginRefusal(
                    new PluginError(433, "Room requires end-to-end encrypted media"));
        }
        var audio = codec(body, MediaKind.AUDIO);
        var video = codec(body, MediaKind.VIDEO);
        return new Offer(jsep.description(), audio, video, jsep.e2ee());
    }

    /// Answers `offer`; what `event` then gives, with what was agreed and the answer, is the reply.
    ///
    /// @param tweaks applied before the reply, when all went well
    void negotiate(
            Member member,
            Offer offer,
            Supplier<ObjectNode> event,
            Reply reply,
            StreamTweaks tweaks) {
        var present = live;
        var fresh = present == null || present.link().isEnding();
        var negotiation =
                fresh || present == null
                        ? new PublisherNegotiation(
                                room.spec().publisherPolicy(), System.nanoTime() >>> 1)
                        : present.negotiation();
        switch (negotiation.offered(offer.description(), offer.audio(), offer.video())) {
            case PublisherNegotiation.Outcome.Refused(var reason) ->
                    throw new PluginRefusal(PluginError.invalidSdp(reason));
            case PublisherNegotiation.Outcome.Accepted accepted -> {
                var round = new Round(member, accepted, offer.e2ee(), event, reply, tweaks);
                if (fresh || present == null) {
                    open(negotiation, round);
                } else if (accepted.iceRestart()) {
                    present.link()
                            .restartIce(
                                    () -> publish(present, round, false),
                                    why -> round.reply().error(PluginError.of(why, room.spec())));
                } else {
                    publish(present, round, false);
                }
            }
        }
    }

    /// One offer on its way to its answer.
    private record Round(
            Member member,
            PublisherNegotiation.Outcome.Accepted accepted,
            boolean e2ee,
            Supplier<ObjectNode> event,
            Reply reply,
            StreamTweaks tweaks) {}

    private void open(PublisherNegotiation negotiation, Round round) {
        var link =
                new PeerLink(
                        rooms.media(), handle, room.mediaLoop(), room.mediaId(), _ -> onClosed());
        link.whenSlow(slow -> onSlowLink(round.member(), slow));
        var opening = new LivePublication(link, negotiation);
        live = opening;
        link.open(
                () -> {
                    if (!handle.isAlive() || live != opening) {
                        link.discard();
                        round.reply().error(whyGone.get());
                    } else {
                        publish(opening, round, true);
                    }
                },
                why -> {
                    live = null;
                    round.reply().error(PluginError.of(why, room.spec()));
                });
    }

    /// @param first whether a refusal takes the connection back with it
    private void publish(LivePublication on, Round round, boolean first) {
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        request ->
                                new RoomCommand.Publish(
                                        request,
                                        room.mediaId(),
                                        round.member().participant(),
                                        on.link().id(),
                                        round.accepted().plan()),
                        answer -> {
                            var error = PluginError.in(answer, room.spec());
                            if (error != null) {
                                refuse(on, round, first, error);
                            } else {
                                answer(on, round, first);
                            }
                        },
                        () -> refuse(on, round, first, PluginError.overloaded()));
    }

    private void refuse(LivePublication on, Round round, boolean first, PluginError error) {
        if (first) {
            if (live == on) {
                live = null;
            }
            on.link().discard();
        }
        round.reply().error(error);
    }

    private void answer(LivePublication on, Round round, boolean first) {
        var member = round.member();
        member.streams(round.accepted().streams());
        on.e2ee(round.e2ee());
        member.e2ee(on.e2ee());
        // Whoever was silenced stays so on a connection of a later publishing.
        for (var mid : member.moderated()) {
            ParticipantMedia.relay(rooms.media(), room, member, mid);
        }
        ParticipantMedia.measure(rooms.media(), room, member);
        on.link().accept(round.accepted().remote());
        var sdp = on.negotiation().answer(round.accepted(), on.link().local(), Map.of());
        var event = round.event().get();
        RoomJson.putCodecs(event, member);
        event.set("streams", RoomJson.ownStreams(member));
        apply(round.tweaks(), member, first);
        round.reply().event(event, Jsep.answer(sdp, member.e2ee()));
        if (member.isPublishing()) {
            room.announce(member);
        }
    }

    /// Applies what comes without an offer; what concerns streams waits for them.
    void apply(StreamTweaks tweaks, Member member) {
        if (!isOpen()) {
            early.keep(tweaks);
        }
        tweaks.apply(rooms.media(), room, member);
    }

    /// Keeps what came with a join without an offer.
    void keep(StreamTweaks tweaks) {
        early.keep(tweaks);
    }

    /// What has been said before counts for a new connection too.
    private void apply(StreamTweaks tweaks, Member member, boolean first) {
        early.apply(rooms.media(), room, member);
        tweaks.apply(rooms.media(), room, member);
        if (first && tweaks.bitrate() == null) {
            ParticipantMedia.limit(rooms.media(), room, member);
        }
    }

    private boolean isOpen() {
        return live != null && live.isOpen();
    }

    private boolean isEncrypted() {
        return live != null && live.isOpen() && live.e2ee();
    }

    /// What comes from the client gets lost on the way: it may be sending too much.
    private void onSlowLink(Member member, PeerEvent.SlowLink slow) {
        if (!slow.uplink()) {
            handle.push(
                    null,
                    RoomJson.object()
                            .put("videoroom", "slow_link")
                            .put("current-bitrate", member.bitrate(room.spec())),
                    null);
        }
    }

    private void onClosed() {
        var present = live;
        if (present != null && present.link().isEnding()) {
            live = null;
        }
    }

    private @Nullable Codec codec(ObjectNode body, MediaKind kind) {
        var audio = kind == MediaKind.AUDIO;
        var name = Fields.optionalText(body, audio ? "audiocodec" : "videocodec");
        if (name == null) {
            return null;
        }
        var codec = CodecNames.of(name, kind);
        var allowed = audio ? room.spec().audioCodecs() : room.spec().videoCodecs();
        if (codec == null || !allowed.contains(codec)) {
            throw new PluginRefusal(
                    PluginError.invalid(
                            (audio ? "Audio" : "Video") + " codec unavailable in this room"));
        }
        return codec;
    }
}
