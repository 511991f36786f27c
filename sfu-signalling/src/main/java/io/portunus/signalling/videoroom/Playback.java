// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.SessionDescription;
import io.portunus.signalling.sdp.SubscriberNegotiation;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// Whether media flows to one subscriber: begun by its answers, paused and resumed as it likes.
/// Confined to the signalling loop.
final class Playback {
    private final VideoRooms rooms;
    private final Handle handle;
    private final ApiRoom room;
    private final PeerLink link;
    private final SubscriberStreams streams;
    private final SubscriberNegotiation negotiation;
    private final SubscriberOffers offers;
    private boolean paused;

    Playback(
            VideoRooms rooms,
            Handle handle,
            ApiRoom room,
            PeerLink link,
            SubscriberStreams streams,
            SubscriberNegotiation negotiation,
            SubscriberOffers offers) {
        this.rooms = rooms;
        this.handle = handle;
        this.room = room;
        this.link = link;
        this.streams = streams;
        this.negotiation = negotiation;
        this.offers = offers;
    }

    boolean isPaused() {
        return paused;
    }

    /// Takes the answer to the offer that is out.
    void start(Jsep jsep, Reply reply) {
        switch (negotiation.answered(read(jsep))) {
            case SubscriberNegotiation.Outcome.Refused(var reason) ->
                    throw new PluginRefusal(PluginError.invalidSdp(reason));
            case SubscriberNegotiation.Outcome.Accepted(var plan, var remote, var ready) -> {
                if (!link.tryAccept(remote)) {
                    negotiation.answerAgain();
                    throw new PluginRefusal(PluginError.overloaded());
                }
                offers.onAnswered();
                ask(
                        request -> new RoomCommand.Plan(request, room.mediaId(), link.id(), plan),
                        error -> {
                            negotiation.answerAgain();
                            reply.error(error);
                        },
                        () -> {
                            unpause();
                            streams.ready(ready);
                            RoomMonitor.streams("subscribed", handle, room.spec(), streams);
                            reply.event(RoomJson.event(room.spec()).put("started", "ok"));
                        });
            }
        }
    }

    void pause(Reply reply) {
        pause(true, "paused", reply);
    }

    void resume(Reply reply) {
        pause(false, "started", reply);
    }

    /// Nothing is sent any more, without a word to the client.
    void silence() {
        tell(true);
    }

    private static SessionDescription read(Jsep jsep) {
        if (jsep.isOffer()) {
            throw new PluginRefusal(PluginError.invalidSdpType("Only publishers send offers"));
        }
        return jsep.description();
    }

    private void pause(boolean on, String word, Reply reply) {
        paused = on;
        ask(
                request -> new RoomCommand.Pause(request, room.mediaId(), link.id(), on),
                reply::error,
                () -> reply.event(RoomJson.event(room.spec()).put(word, "ok")));
    }

    /// An answer starts what was paused, as `start` alone does.
    private void unpause() {
        if (paused) {
            paused = false;
            tell(false);
        }
    }

    private void tell(boolean pause) {
        rooms.media()
                .tell(
                        link.mediaLoop(),
                        new RoomCommand.Pause(
                                MediaCommand.NO_REQUEST, room.mediaId(), link.id(), pause));
    }

    /// Asks the room and goes on when it has done it.
    private void ask(
            LongFunction<RoomCommand> command, Consumer<PluginError> refused, Runnable done) {
        rooms.media()
                .ask(
                        link.mediaLoop(),
                        command,
                        answer -> {
                            var error = PluginError.in(answer, room.spec());
                            if (error != null) {
                                refused.accept(error);
                            } else {
                                done.run();
                            }
                        },
                        () -> refused.accept(PluginError.overloaded()));
    }
}
