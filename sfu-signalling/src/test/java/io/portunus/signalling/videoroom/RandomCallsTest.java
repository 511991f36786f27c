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
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 150);
    }

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        rooms = new VideoRoomPlugin(client, loop);
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
        var feed = pick(ids);
        switch (random.nextInt(30)) {
            case 0, 1, 2 -> join(caller, seat, "join", null);
            case 3 -> join(caller, seat, "joinandconfigure", pick(OFFERS));
            case 4, 5, 6 -> subscribe(caller, seat, feed);
            case 7, 8, 9 -> caller.message(seat, "{'request':'publish'}", "offer", pick(OFFERS));
            case 10 ->
                    caller.message(
                            seat, "{'request':'configure','display':'x'}", "offer", pick(OFFERS));
            case 11 -> caller.message(seat, "{'request':'unpublish'}", null, null);
            case 12 -> caller.message(seat, "{'request':'leave'}", null, null);
            case 13, 14, 15, 16 -> start(caller, seat);
            case 17 -> caller.message(seat, "{'request':'pause'}", null, null);
            case 18 -> caller.message(seat, update("subscribe", feed), null, null);
            case 19 -> caller.message(seat, update("unsubscribe", feed), null, null);
            case 20 ->
                    caller.message(
                            seat,
                            "{'request':'update','subscribe':[{'feed':"
                                    + feed
                                    + "}],'unsubscribe':[{'sub_mid':'"
                                    + random.nextInt(3)
                                    + "'}]}",
                            null,
                            null);
            case 21 ->
                    caller.message(
                            seat,
                            "{'request':'switch','streams':[{'feed':"
                                    + feed
                                    + ",'mid':'1','sub_mid':'"
                                    + random.nextInt(3)
                                    + "'}]}",
                            null,
                            null);
            case 22 ->
                    caller.message(
                            seat,
                            "{'request':'configure','"
                                    + (random.nextBoolean() ? "restart" : "update")
                                    + "':true}",
                            null,
                            null);
            case 23 -> caller.message(seat, "{'request':'configure','video':false}", null, null);
            case 24 -> caller.verb(seat, "'janus':'trickle','candidate':{'completed':true}");
            case 25 ->
                    caller.message(
                            seat, "{'request':'kick','room':3,'id':" + feed + "}", null, null);
            case 26 -> caller.message(seat, "{'request':'configure','bitrate':128000}", null, null);
            case 27 -> caller.message(seat, "{'request':'dance'}", null, null);
            case 28 -> {
                if (random.nextInt(8) == 0) {
                    caller.message(seat, "{'request':'destroy','room':3}", null, null);
                }
                createRoom(caller);
            }
            default -> caller.message(seat, list(), null, null);
        }
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
