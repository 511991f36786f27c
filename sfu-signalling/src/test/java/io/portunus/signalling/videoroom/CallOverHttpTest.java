// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.media.EventLoopSignallingLoop;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.rest.RestServer;
import io.portunus.signalling.rest.RestSettings;
import io.portunus.signalling.sdp.RealOffers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A whole call whose clients speak HTTP only, over real connections; the media side pretends.
class CallOverHttpTest {
    private static final String VIDEO_ROOM = "janus.plugin.videoroom";
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    private @Nullable MediaSide media;
    private final RestServer server =
            new RestServer(
                    this::gateway,
                    new RestSettings("/janus", 2, 1, "*", false, JsonStyle.COMPACT),
                    HttpSettings.DEFAULT,
                    AddressList.NONE);
    private final String base = "http://127.0.0.1:" + server.port + "/janus";

    private Gateway gateway(EventLoopSignallingLoop loop) {
        var side = new MediaSide(loop);
        media = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return new Gateway(
                GatewaySettings.defaults(),
                loop,
                List.of(new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT)),
                (_, _) -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void twoPeopleMeetAndPartByPollsAlone() {
        assertThat(HttpCaller.info(base).path("janus").asText()).isEqualTo("server_info");
        try (var bob = new HttpCaller(base);
                var eve = new HttpCaller(base)) {
            var publisher = bob.attach(VIDEO_ROOM);
            makeRoom(bob, publisher);
            var id = publish(bob, publisher);

            watch(eve, eve.attach(VIDEO_ROOM), id);

            assertThat(bob.ask(publisher, "{'request':'unpublish'}"))
                    .isEqualTo(CoreApi.json("{'videoroom':'event','room':7,'unpublished':'ok'}"));
            assertThat(bob.awaitKind("hangup").path("reason").asText()).isEqualTo("Close PC");
            assertThat(
                            bob.ask(publisher, "{'videoroom':'event','request':'leave'}")
                                    .path("leaving")
                                    .asText())
                    .isEqualTo("ok");
            var detached = bob.post("/" + bob.session() + "/" + publisher, "{'janus':'detach'}");
            assertThat(detached.has("data") || detached.has("plugindata")).isFalse();
            assertThat(bob.awaitKind("detached").path("sender").asLong()).isEqualTo(publisher);
            assertThat(bob.post("/" + bob.session(), "{'janus':'destroy'}").path("janus").asText())
                    .isEqualTo("success");
            assertThat(eve.trouble()).as("what the watcher's poller broke on").isEmpty();
        }
    }

    @Test
    void aKilledClientIsGoneForTheOthers() {
        try (var witness = new HttpCaller(base)) {
            var handle = witness.attach(VIDEO_ROOM);
            makeRoom(witness, handle);
            witness.ask(handle, "{'request':'join','room':7,'ptype':'publisher'}");
            var doomed = new HttpCaller(base);
            var ghost = publish(doomed, doomed.attach(VIDEO_ROOM));
            var from = System.nanoTime();

            doomed.close();

            var seen =
                    witness.await(event ->
                            event.path("plugindata").path("data").path("leaving").asLong()
                                    == ghost);
            assertThat(seen.has("transaction")).isFalse();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from))
                    .as("milliseconds until the others knew, with 1 s granted")
                    .isBetween(900L, 4_000L);
        }
    }

    private static void makeRoom(HttpCaller caller, long handle) {
        assertThat(caller.ask(handle, "{'request':'create','room':7}"))
                .isEqualTo(CoreApi.json("{'videoroom':'created','room':7,'permanent':false}"));
        assertThat(caller.ask(handle, "{'request':'exists','room':7}"))
                .isEqualTo(CoreApi.json("{'videoroom':'success','room':7,'exists':true}"));
        assertThat(caller.ask(handle, "{'request':'list'}").path("list")).isNotEmpty();
        var there = caller.ask(handle, "{'request':'listparticipants','room':7}");
        assertThat(there.path("videoroom").asText()).isEqualTo("participants");
        assertThat(there.path("participants")).isEmpty();
    }

    /// Joins and publishes until media is up; the participant's id.
    private long publish(HttpCaller caller, long handle) {
        var joined = caller.ask(handle, "{'request':'join','room':7,'ptype':'publisher'}");
        assertThat(joined.path("videoroom").asText()).isEqualTo("joined");
        assertThat(joined.path("room").asLong()).isEqualTo(7);
        var configured =
                caller.message(handle, "{'request':'configure','audio':true}", "offer", OFFER);
        assertThat(configured.path("plugindata").path("data").path("configured").asText())
                .isEqualTo("ok");
        assertThat(configured.path("jsep").path("sdp").asText()).startsWith("v=0");
        assertThat(
                        caller.post(
                                        "/" + caller.session() + "/" + handle,
                                        "{'janus':'trickle','candidate':{'completed':true}}")
                                .path("janus")
                                .asText())
                .isEqualTo("ack");
        connect();
        assertThat(caller.awaitKind("webrtcup").path("sender").asLong()).isEqualTo(handle);
        return joined.path("id").asLong();
    }

    /// Subscribes in the old form, with all that it may bring.
    private void watch(HttpCaller caller, long handle, long feed) {
        var attached =
                caller.message(
                        handle,
                        "{'request':'join','room':7,'ptype':'subscriber','feed':"
                                + feed
                                + ",'private_id':1,'close_pc':true,'audio':true,'video':true,'data':true,"
                                + "'offer_audio':true,'offer_video':true,'offer_data':true,"
                                + "'substream':2,'temporal':2}",
                        null,
                        null);
        JsonNode data = attached.path("plugindata").path("data");
        assertThat(data.path("videoroom").asText()).isEqualTo("attached");
        assertThat(data.path("id").asLong()).isEqualTo(feed);
        assertThat(attached.path("jsep").path("type").asText()).isEqualTo("offer");
        var started =
                caller.message(
                        handle,
                        "{'request':'start'}",
                        "answer",
                        VideoRoomTest.answerTo(attached.path("jsep").path("sdp").asText()));
        assertThat(started.path("plugindata").path("data"))
                .isEqualTo(CoreApi.json("{'videoroom':'event','room':7,'started':'ok'}"));
        connect();
        caller.awaitKind("webrtcup");
        assertThat(caller.ask(handle, "{'request':'pause'}").path("paused").asText())
                .isEqualTo("ok");
    }

    private void connect() {
        var side = Objects.requireNonNull(media);
        server.loop.execute(side::connectAll);
    }
}
