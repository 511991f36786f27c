// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.echotest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.PublisherNegotiation;
import io.portunus.signalling.sdp.PublisherPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// One connection that hears itself, from its first offer to its end: a room of its own with one
/// participant, who subscribes to itself. Confined to the signalling loop.
final class EchoCall {
    private static final ParticipantId CALLER = new ParticipantId("caller");
    private static final RoomSettings SETTINGS = new RoomSettings(1, 1, 0, 0, false, 100, 25);
    private static final PublisherPolicy POLICY =
            new PublisherPolicy(
                    List.of(Codec.OPUS, Codec.PCMU, Codec.PCMA, Codec.G722),
                    List.of(Codec.VP8, Codec.VP9, Codec.H264, Codec.AV1, Codec.H265),
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    "",
                    "",
                    "EchoTest",
                    true);

    /// Told how one offer went, once.
    interface Outcome {
        void answered(Jsep answer);

        /// The media side refused; a connection that the client knows goes on as it was.
        void refused(Refusal why);

        /// The client went in the meantime.
        void abandoned();
    }

    private final MediaClient media;
    private final Handle handle;
    private final RoomId room;
    private final int loop;
    private final PeerLink link;
    private final PublisherNegotiation negotiation =
            new PublisherNegotiation(POLICY, System.nanoTime() >>> 1);
    private MediaPlan plan = new MediaPlan(List.of());
    private boolean joined;
    private boolean answered;

    /// @param whenClosed called once when a connection that was answered has ended
    EchoCall(MediaClient media, Handle handle, Runnable whenClosed) {
        this.media = media;
        this.handle = handle;
        room = media.newRoomId();
        loop = media.leastLoadedLoop();
        link =
                new PeerLink(
                        media,
                        handle,
                        loop,
                        room,
                        _ -> {
                            destroyRoom();
                            whenClosed.run();
                        });
    }

    PublisherNegotiation negotiation() {
        return negotiation;
    }

    Connection connection() {
        return link;
    }

    /// For operators: what is echoed.
    ObjectNode describe() {
        var json = JsonNodeFactory.instance.objectNode().put("type", "echotest");
        var streams = json.putArray("streams");
        for (var line : plan.lines()) {
            streams.addObject()
                    .put("type", line.kind().name().toLowerCase(Locale.ROOT))
                    .put("mindex", line.index())
                    .put("mid", line.mid());
        }
        return json;
    }

    boolean isEnding() {
        return link.isEnding();
    }

    /// Whether the client has been told of it.
    boolean isAnswered() {
        return answered;
    }

    void close(PeerEnd end) {
        link.close(end);
    }

    /// Answers an offer, the first or a later one.
    void take(
            PublisherNegotiation.Outcome.Accepted offer,
            EchoRequest request,
            boolean e2ee,
            Outcome outcome) {
        var round = new Round(offer, request, e2ee, outcome);
        if (!joined) {
            connect(round);
        } else if (offer.iceRestart()) {
            link.restartIce(() -> publish(round), why -> refused(round, why));
        } else {
            publish(round);
        }
    }

    /// What the caller wishes to send and to hear.
    void apply(EchoRequest request) {
        if (!joined) {
            return;
        }
        for (var line : plan.lines()) {
            var wanted = line.kind() == MediaKind.AUDIO ? request.audio() : request.video();
            if (wanted != null && line.sends()) {
                media.tell(
                        loop,
                        new RoomCommand.Send(
                                MediaCommand.NO_REQUEST, room, link.id(), line.index(), wanted));
            }
        }
        var bitrate = request.bitrate();
        if (bitrate != null) {
            media.tell(
                    loop,
                    new RoomCommand.LimitBitrate(MediaCommand.NO_REQUEST, room, CALLER, bitrate));
        }
    }

    private record Round(
            PublisherNegotiation.Outcome.Accepted offer,
            EchoRequest request,
            boolean e2ee,
            Outcome outcome) {}

    private void connect(Round round) {
        ask(
                round,
                request -> new RoomCommand.Open(request, room, SETTINGS),
                _ -> {
                    joined = true;
                    ask(
                            round,
                            request -> new RoomCommand.Join(request, room, CALLER),
                            _ -> link.open(() -> publish(round), why -> refused(round, why)));
                });
    }

    private void publish(Round round) {
        if (!handle.isAlive()) {
            // With its room goes the connection, however far it has come.
            destroyRoom();
            round.outcome().abandoned();
            return;
        }
        var offered = round.offer().plan();
        ask(
                round,
                request -> new RoomCommand.Publish(request, room, CALLER, link.id(), offered),
                _ -> subscribe(round, offered));
    }

    private void subscribe(Round round, MediaPlan offered) {
        plan = offered;
        var feeds =
                offered.lines().stream()
                        .filter(line -> line.sends() && line.receives())
                        .map(line -> new RoomCommand.Feed(line.index(), CALLER, line.mid()))
                        .toList();
        if (feeds.isEmpty()) {
            answer(round, Map.of());
            return;
        }
        ask(
                round,
                request -> new RoomCommand.Subscribe(request, room, link.id(), feeds),
                event -> {
                    var ssrcs = new HashMap<Integer, SlotSsrcs>();
                    if (event instanceof RoomEvent.Subscribed(_, _, _, _, var slots)) {
                        slots.forEach(one -> ssrcs.put(one.slot(), one));
                    }
                    answer(round, ssrcs);
                });
    }

    private void answer(Round round, Map<Integer, SlotSsrcs> ssrcs) {
        link.accept(round.offer().remote());
        var sdp = negotiation.answer(round.offer(), link.local(), ssrcs);
        answered = true;
        apply(round.request());
        round.outcome().answered(Jsep.answer(sdp, round.e2ee()));
    }

    /// Asks the room, and goes on when it has done it; otherwise the caller hears so.
    private void ask(Round round, LongFunction<RoomCommand> command, Consumer<RoomEvent> done) {
        media.ask(
                loop,
                command,
                answer -> {
                    if (answer instanceof RoomEvent.Refused(_, _, _, var why)) {
                        refused(round, why);
                    } else if (answer instanceof RoomEvent event
                            && !(answer instanceof RoomEvent.Ended)) {
                        done.accept(event);
                    } else {
                        refused(round, Refusal.NO_SUCH_ROOM);
                    }
                },
                () -> refused(round, Refusal.OVERLOADED));
    }

    private void refused(Round round, Refusal why) {
        if (!answered) {
            link.discard();
            destroyRoom();
        }
        round.outcome().refused(why);
    }

    private void destroyRoom() {
        media.tellSurely(loop, new RoomCommand.Destroy(MediaCommand.NO_REQUEST, room));
    }
}
