// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.echotest.EchoTestPlugin;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import io.portunus.signalling.videoroom.Caller.Seat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Callers that ask anything at any time, over connections that come and go, with the media side
/// sometimes behind and sometimes full.
class RandomCallsTest {
    private static final int ACTIONS = 400;
    private static final List<String> OFFERS =
            List.of(
                    RealOffers.text("chromium-audio-video"),
                    RealOffers.text("chromium-video-only"),
                    RealOffers.text("chromium-camera-and-screen"),
                    RealOffers.text("firefox-audio-video"),
                    RealOffers.text("firefox-data"),
                    RealOffers.text("chromium-recvonly"),
                    "v=0\r\n");

    private @Nullable MediaSide mediaSide;
    private @Nullable VideoRoomPlugin rooms;
    private final CoreApi api = new CoreApi(this::plugins);
    private final List<Caller> callers = new ArrayList<>();
    private final List<Long> ids = new ArrayList<>(List.of(5L, 6L));
    private SplittableRandom random = new SplittableRandom(0);
    private boolean overloads;

    static LongStream seeds() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 120);
    }

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        rooms = new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT);
        return List.of(rooms, new EchoTestPlugin(client));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyRequestIsAnsweredOnceAndWhatIsToldAddsUp(long seed) {
        random = new SplittableRandom(seed);
        overloads = seed % 2 == 0;
        try {
            createRoom(newCaller());
            for (var i = 0; i < ACTIONS; i++) {
                act();
                for (var steps = random.nextInt(6); steps > 0 && api.time.step(); steps--) {
                    // One thing after the other.
                }
            }
            media().full(false);
            settle();
            checkRosters();
            checkThatNothingIsLeft();
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError("seed " + seed + ": " + wrong.getMessage(), wrong);
        }
    }

    private void checkRosters() {
        var asker = newCaller();
        asker.attach(asker.create(), false);
        var present =
                asker.message(asker.seats().getFirst(), list(), null, null)
                        .path("plugindata")
                        .path("data")
                        .path("participants");
        var truth = new TreeMap<Long, Boolean>();
        present.forEach(
                one -> truth.put(one.path("id").asLong(), one.path("publisher").asBoolean()));
        for (var caller : callers) {
            caller.checkThatAllIsAnswered();
            for (var seat : caller.seats()) {
                var roster = seat.roster();
                if (roster.isCurrent()) {
                    assertThat(truth)
                            .as("who is there, against what was told:%s", roster.history())
                            .containsAllEntriesOf(roster.others());
                    assertThat(truth)
                            .as("itself besides those it knows of:%s", roster.history())
                            .hasSize(roster.others().size() + 1);
                }
            }
        }
    }

    private void checkThatNothingIsLeft() {
        callers.forEach(Caller::close);
        settle();
        assertThat(api.sessions()).as("sessions left").isZero();
        assertThat(api.handles()).as("handles left").isZero();
        assertThat(media().connections()).as("connections left on the media side").isZero();
        assertThat(media().roomCount())
                .as("rooms on the media side, of which those of echoes should be gone")
                .isEqualTo(Objects.requireNonNull(rooms).roomCount());
    }

    private void settle() {
        api.time.advance(Duration.ofSeconds(5));
        callers.forEach(Caller::listen);
    }

    private void act() {
        callers.removeIf(Caller::isClosed);
        callers.forEach(Caller::listen);
        var caller = callers.isEmpty() ? newCaller() : callers.get(random.nextInt(callers.size()));
        var seats = caller.seats();
        var what = random.nextInt(100);
        if (what < 3 && callers.size() < 5) {
            newCaller();
        } else if (what < 12 || seats.isEmpty()) {
            attach(caller, seats);
        } else if (what < 20) {
            onMedia();
        } else if (what < 24) {
            end(caller, pick(seats));
        } else if (what < 26) {
            api.time.advance(Duration.ofMillis(random.nextInt(1_500)));
        } else {
            speak(caller, pick(seats));
        }
    }

    private void attach(Caller caller, List<Seat> seats) {
        var session =
                seats.isEmpty() || random.nextInt(4) == 0 ? caller.create() : pick(seats).session();
        caller.attach(session, random.nextInt(4) == 0);
    }

    private void onMedia() {
        switch (random.nextInt(8)) {
            case 0 ->
                    media().endOne(
                                    random.nextInt(100),
                                    random.nextBoolean()
                                            ? PeerEnd.DTLS_CLOSED
                                            : PeerEnd.ICE_FAILED);
            case 1 -> media().full(overloads);
            case 2, 3 -> media().full(false);
            default -> media().connectAll();
        }
    }

    private void end(Caller caller, Seat seat) {
        switch (random.nextInt(6)) {
            case 0 -> caller.close();
            case 1 -> caller.destroy(seat.session());
            case 2 -> caller.verb(seat, "'janus':'detach'");
            case 3 -> caller.client().frozen(random.nextBoolean());
            default -> caller.verb(seat, "'janus':'hangup'");
        }
    }

    private void echo(Caller caller, Seat seat) {
        var body = random.nextBoolean() ? "{'audio':true,'video':true}" : "{'bitrate':100000}";
        if (random.nextInt(3) == 0) {
            caller.message(seat, random.nextBoolean() ? "{}" : body, null, null);
        } else {
            caller.message(seat, body, "offer", pick(OFFERS).replace("a=sendonly", "a=sendrecv"));
        }
    }

    private void speak(Caller caller, Seat seat) {
        if (seat.echoes()) {
            echo(caller, seat);
        } else {
            speakInRoom(caller, seat);
        }
    }

    private void speakInRoom(Caller caller, Seat seat) {
        if (random.nextInt(8) == 0) {
            aboutRooms(caller, seat);
        } else if (random.nextInt(8) == 0) {
            // What does not become it.
            if (random.nextBoolean()) {
                watch(caller, seat, feed());
            } else {
                takePart(caller, seat);
            }
        } else if (seat.watches()) {
            watch(caller, seat, feed());
        } else if (seat.roster().isCurrent()) {
            takePart(caller, seat);
        } else if (random.nextInt(3) == 0) {
            join(caller, seat, "joinandconfigure", pick(OFFERS));
        } else if (random.nextBoolean()) {
            join(caller, seat, "join", null);
        } else {
            subscribe(caller, seat, feed());
        }
    }

    private void aboutRooms(Caller caller, Seat seat) {
        switch (random.nextInt(6)) {
            case 0 -> ask(caller, seat, "{'request':'kick','room':3,'id':" + feed() + "}");
            case 1 -> ask(caller, seat, "{'request':'dance'}");
            case 2 -> {
                if (random.nextInt(4) == 0) {
                    ask(caller, seat, "{'request':'destroy','room':3}");
                }
                createRoom(caller);
            }
            case 3 -> caller.verb(seat, "'janus':'trickle','candidate':{'completed':true}");
            default -> ask(caller, seat, list());
        }
    }

    private void takePart(Caller caller, Seat seat) {
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> caller.message(seat, "{'request':'publish'}", "offer", pick(OFFERS));
            case 3 ->
                    caller.message(
                            seat, "{'request':'configure','display':'x'}", "offer", pick(OFFERS));
            case 4 -> ask(caller, seat, "{'request':'unpublish'}");
            case 5 -> {
                if (random.nextInt(3) == 0) {
                    ask(caller, seat, "{'request':'leave'}");
                }
            }
            case 6 -> ask(caller, seat, "{'request':'configure','bitrate':128000}");
            case 7 -> ask(caller, seat, "{'request':'configure','video':false}");
            default -> join(caller, seat, "join", null);
        }
    }

    private void watch(Caller caller, Seat seat, long feed) {
        var slot = random.nextInt(4);
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> start(caller, seat);
            case 4 -> ask(caller, seat, "{'request':'pause'}");
            case 5 -> ask(caller, seat, update("subscribe", feed));
            case 6 -> ask(caller, seat, update("unsubscribe", feed));
            case 7 ->
                    ask(
                            caller,
                            seat,
                            "{'request':'update','subscribe':[{'feed':"
                                    + feed
                                    + "}],'unsubscribe':[{'sub_mid':'"
                                    + slot
                                    + "'}]}");
            case 8 ->
                    ask(
                            caller,
                            seat,
                            "{'request':'switch','streams':[{'feed':"
                                    + feed
                                    + ",'mid':'1','sub_mid':'"
                                    + slot
                                    + "'}]}");
            case 9 -> ask(caller, seat, "{'request':'configure','restart':true}");
            case 10 -> ask(caller, seat, "{'request':'configure','update':true}");
            case 11 -> ask(caller, seat, "{'request':'configure','video':false}");
            case 12 -> {
                if (random.nextInt(4) == 0) {
                    ask(caller, seat, "{'request':'leave'}");
                }
            }
            default -> subscribe(caller, seat, feed);
        }
    }

    private static void ask(Caller caller, Seat seat, String body) {
        caller.message(seat, body, null, null);
    }

    /// Mostly somebody who publishes.
    private long feed() {
        var publishing = new ArrayList<Long>();
        for (var caller : callers) {
            for (var seat : caller.seats()) {
                seat.roster()
                        .others()
                        .forEach((id, on) -> {
                            if (on) {
                                publishing.add(id);
                            }
                        });
            }
        }
        return publishing.isEmpty() || random.nextInt(8) == 0 ? pick(ids) : pick(publishing);
    }

    private void join(Caller caller, Seat seat, String request, @Nullable String offer) {
        var id = random.nextInt(4) == 0 ? pick(ids) : ids.size() + 100;
        ids.add(id);
        caller.message(
                seat,
                "{'request':'"
                        + request
                        + "','room':3,'ptype':'publisher','display':'D','id':"
                        + id
                        + "}",
                offer == null ? null : "offer",
                offer);
    }

    private void subscribe(Caller caller, Seat seat, long feed) {
        caller.message(
                seat,
                "{'request':'join','room':3,'ptype':'subscriber','autoupdate':"
                        + (random.nextInt(3) > 0)
                        + ",'streams':[{'feed':"
                        + feed
                        + "}]}",
                null,
                null);
    }

    private void start(Caller caller, Seat seat) {
        var offer = seat.offer();
        if (offer == null || random.nextInt(5) == 0) {
            caller.message(seat, "{'request':'start'}", null, null);
        } else {
            caller.message(
                    seat,
                    "{'request':'start'}",
                    random.nextInt(20) == 0 ? "offer" : "answer",
                    random.nextInt(10) == 0 ? pick(OFFERS) : VideoRoomTest.answerTo(offer));
        }
    }

    private void createRoom(Caller caller) {
        if (caller.seats().isEmpty()) {
            caller.attach(caller.create(), false);
        }
        caller.message(
                caller.seats().getFirst(),
                "{'request':'create','room':3,'publishers':4,'notify_joining':true}",
                null,
                null);
    }

    private static String update(String request, long feed) {
        return "{'request':'" + request + "','streams':[{'feed':" + feed + "}]}";
    }

    private static String list() {
        return "{'request':'listparticipants','room':3}";
    }

    private Caller newCaller() {
        var caller = new Caller(api.connect(), !overloads);
        callers.add(caller);
        return caller;
    }

    private <T> T pick(List<T> from) {
        // Those who came last are the likeliest to be there.
        var last = from.size() > 20 ? from.subList(from.size() - 20, from.size()) : from;
        return last.get(random.nextInt(last.size()));
    }

    private MediaSide media() {
        return Objects.requireNonNull(mediaSide);
    }
}
