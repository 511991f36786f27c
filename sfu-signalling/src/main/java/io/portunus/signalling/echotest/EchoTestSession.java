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
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.PublisherNegotiation;
import io.portunus.signalling.sdp.PublisherPolicy;
import io.portunus.signalling.sdp.SdpParser;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// One caller's echo: a room of its own with one participant, who subscribes to itself. Confined to
/// the signalling loop.
final class EchoTestSession implements PluginSession {
    /// The most requests that wait for the one before them.
    private static final int MAX_WAITING = 64;

    private static final int NO_MESSAGE = 411;
    private static final int INVALID_ELEMENT = 413;
    private static final int INVALID_SDP = 414;
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

    private final MediaClient media;
    private final Handle handle;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean busy;
    private @Nullable Echo echo;

    EchoTestSession(MediaClient media, Handle handle) {
        this.media = media;
        this.handle = handle;
    }

    /// One connection, from offer to hangup.
    private static final class Echo {
        private final RoomId room;
        private final int loop;
        private final PeerLink link;
        private final PublisherNegotiation negotiation;
        private MediaPlan plan = new MediaPlan(List.of());
        private boolean joined;
        private boolean answered;

        Echo(RoomId room, int loop, PeerLink link, PublisherNegotiation negotiation) {
            this.room = room;
            this.loop = loop;
            this.link = link;
            this.negotiation = negotiation;
        }
    }

    @Override
    public Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep) {
        var problem = EchoRequest.problem(body);
        if (problem != null) {
            fail(transaction, INVALID_ELEMENT, problem);
            return new Result.Accepted();
        }
        if (jsep == null && body.isEmpty()) {
            fail(transaction, NO_MESSAGE, "No message??");
        } else if (waiting.size() >= MAX_WAITING) {
            fail(transaction, INVALID_ELEMENT, "Too many requests at once");
        } else {
            waiting.add(new Waiting(transaction, EchoRequest.read(body), jsep));
            next();
        }
        return new Result.Accepted();
    }

    private record Waiting(String transaction, EchoRequest request, @Nullable Jsep jsep) {}

    /// One after the other: an offer may not find the connection of the one before half made.
    private void next() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        var next = waiting.remove();
        if (next.jsep() == null) {
            apply(next.request());
            succeed(next.transaction(), null);
            done();
        } else {
            negotiate(next.transaction(), next.request(), next.jsep());
        }
    }

    /// The request that was under way has been answered.
    private void done() {
        busy = false;
        next();
    }

    private void refuse(String transaction, int code, String text) {
        fail(transaction, code, text);
        done();
    }

    @Override
    public void onHangupAsked() {
        close(PeerEnd.HANGUP_ASKED);
    }

    @Override
    public void onDetached() {
        waiting.clear();
        close(PeerEnd.DETACHED);
    }

    private void close(PeerEnd end) {
        if (echo != null) {
            echo.link.close(end);
        }
    }

    private void negotiate(String transaction, EchoRequest request, Jsep jsep) {
        if (!jsep.isOffer()) {
            refuse(transaction, INVALID_SDP, "Only offers are echoed");
            return;
        }
        if (!(SdpParser.parse(jsep.sdp()) instanceof SdpParser.Outcome.Parsed(var offer))) {
            refuse(transaction, INVALID_SDP, "Error parsing offer");
            return;
        }
        var present = echo;
        var fresh = present == null || present.link.isEnding();
        var used = fresh || present == null ? open() : present;
        var outcome = used.negotiation.offered(offer, request.audioCodec(), request.videoCodec());
        if (!(outcome instanceof PublisherNegotiation.Outcome.Accepted accepted)) {
            refuse(transaction, INVALID_SDP, "Error in the offer");
            return;
        }
        var round = new Round(transaction, request, accepted, jsep.e2ee());
        if (fresh) {
            echo = used;
            connect(used, round);
        } else if (accepted.iceRestart()) {
            used.link.restartIce(() -> publish(used, round));
        } else {
            publish(used, round);
        }
    }

    private record Round(
            String transaction,
            EchoRequest request,
            PublisherNegotiation.Outcome.Accepted accepted,
            boolean e2ee) {}

    private Echo open() {
        var room = media.newRoomId();
        var loop = media.leastLoadedLoop();
        var link = new PeerLink(media, handle, loop, room, _ -> onClosed(room, loop));
        return new Echo(
                room, loop, link, new PublisherNegotiation(POLICY, System.nanoTime() >>> 1));
    }

    private void connect(Echo on, Round round) {
        ask(
                on,
                round,
                request -> new RoomCommand.Open(request, on.room, SETTINGS),
                _ -> {
                    on.joined = true;
                    ask(
                            on,
                            round,
                            request -> new RoomCommand.Join(request, on.room, CALLER),
                            _ ->
                                    on.link.open(
                                            () -> publish(on, round), () -> overloaded(on, round)));
                });
    }

    private void publish(Echo on, Round round) {
        if (!handle.isAlive()) {
            // With its room goes the connection, however far it has come.
            destroy(on.room, on.loop);
            return;
        }
        var plan = round.accepted().plan();
        ask(
                on,
                round,
                request -> new RoomCommand.Publish(request, on.room, CALLER, on.link.id(), plan),
                _ -> subscribe(on, round, plan));
    }

    private void subscribe(Echo on, Round round, MediaPlan plan) {
        on.plan = plan;
        var feeds =
                plan.lines().stream()
                        .filter(line -> line.sends() && line.receives())
                        .map(line -> new RoomCommand.Feed(line.index(), CALLER, line.mid()))
                        .toList();
        if (feeds.isEmpty()) {
            answer(on, round, Map.of());
            return;
        }
        ask(
                on,
                round,
                request -> new RoomCommand.Subscribe(request, on.room, on.link.id(), feeds),
                event -> {
                    var ssrcs = new HashMap<Integer, SlotSsrcs>();
                    if (event instanceof RoomEvent.Subscribed(_, _, _, _, var slots)) {
                        slots.forEach(one -> ssrcs.put(one.slot(), one));
                    }
                    answer(on, round, ssrcs);
                });
    }

    private void answer(Echo on, Round round, Map<Integer, SlotSsrcs> ssrcs) {
        on.link.accept(round.accepted().remote());
        var sdp = on.negotiation.answer(round.accepted(), on.link.local(), ssrcs);
        on.answered = true;
        apply(round.request());
        succeed(round.transaction(), Jsep.answer(sdp, round.e2ee()));
        done();
    }

    /// Asks the room, and goes on when it has done it; otherwise the caller hears so.
    private void ask(
            Echo on, Round round, LongFunction<RoomCommand> command, Consumer<RoomEvent> done) {
        media.ask(
                on.loop,
                command,
                answer -> {
                    if (answer instanceof RoomEvent event
                            && !(answer instanceof RoomEvent.Refused)) {
                        done.accept(event);
                    } else {
                        overloaded(on, round);
                    }
                },
                () -> overloaded(on, round));
    }

    private void overloaded(Echo on, Round round) {
        if (!on.answered) {
            // The client has never heard of this connection; one that it has goes on as it was.
            if (echo == on) {
                echo = null;
            }
            on.link.discard();
            destroy(on.room, on.loop);
        }
        refuse(round.transaction(), INVALID_ELEMENT, "The server is overloaded");
    }

    private void apply(EchoRequest request) {
        var on = echo;
        if (on == null || !on.joined) {
            return;
        }
        for (var line : on.plan.lines()) {
            var wanted = line.kind() == MediaKind.AUDIO ? request.audio() : request.video();
            if (wanted != null && line.sends()) {
                media.tell(
                        on.loop,
                        new RoomCommand.Send(
                                MediaCommand.NO_REQUEST,
                                on.room,
                                on.link.id(),
                                line.index(),
                                wanted));
            }
        }
        var bitrate = request.bitrate();
        if (bitrate != null) {
            media.tell(
                    on.loop,
                    new RoomCommand.LimitBitrate(
                            MediaCommand.NO_REQUEST, on.room, CALLER, bitrate));
        }
    }

    private void onClosed(RoomId room, int loop) {
        destroy(room, loop);
        if (echo != null && echo.room.equals(room)) {
            echo = null;
            handle.push(null, event().put("result", "done"), null);
        }
    }

    private void destroy(RoomId room, int loop) {
        media.tellSurely(loop, new RoomCommand.Destroy(MediaCommand.NO_REQUEST, room));
    }

    private void succeed(String transaction, @Nullable Jsep jsep) {
        handle.push(transaction, event().put("result", "ok"), jsep);
    }

    private void fail(String transaction, int code, String text) {
        handle.push(transaction, event().put("error_code", code).put("error", text), null);
    }

    private static ObjectNode event() {
        return JsonNodeFactory.instance.objectNode().put("echotest", "event");
    }
}
