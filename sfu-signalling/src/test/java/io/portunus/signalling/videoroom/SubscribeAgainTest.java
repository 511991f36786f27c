// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A subscriber whose connection has ended: its handle stays one, and may be filled again.
class SubscribeAgainTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);
    private final Person feed = person();
    private final Person viewer = person();

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT));
    }

    @BeforeEach
    void watch() {
        feed.ask("{'request':'create','room':1}");
        feed.ask("{'request':'join','room':1,'ptype':'publisher','id':80}");
        feed.ask("{'request':'publish'}", "offer", OFFER);
        settle();
        start(
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','use_msid':true,"
                                + "'streams':[{'feed':80}]}",
                        null,
                        null));
        settle();
        viewer.told();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'request':'subscribe','streams':[{'feed':80}]}",
                "{'request':'update','subscribe':[{'feed':80}],'unsubscribe':[{'sub_mid':'0'}]}"
            })
    void isOfferedANewConnectionBySubscribingAgain(String request) {
        side().endNewest(PeerEnd.ICE_FAILED);
        settle();
        assertThat(viewer.told()).containsExactly("ice-failed", "hangup: ICE failed");

        var again = viewer.answer(request, null, null);

        var data = again.at("/plugindata/data");
        assertThat(data.path("videoroom").asText()).isEqualTo("updated");
        assertThat(data.path("streams").findValuesAsText("mid")).containsExactly("0", "1");
        assertThat(data.path("streams").findValuesAsText("feed_id")).containsExactly("80", "80");
        assertThat(again.at("/jsep/type").asText()).isEqualTo("offer");
        assertThat(again.at("/jsep/sdp").asText())
                .as("of a connection of its own, as it was wished at first")
                .contains("a=ice-ufrag:", "a=msid:80 0", "a=setup:actpass");
        start(again);
        settle();
        assertThat(viewer.told()).containsExactly("webrtcup");
        assertThat(side().connections()).as("the feed's and the viewer's").isEqualTo(2);
        feed.ask("{'request':'unpublish'}");
        assertThat(viewer.told())
                .singleElement()
                .satisfies(told -> assertThat(told).contains("'active':false"));
    }

    /// What was received is gone with the connection, and no other request brings one.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'request':'start'}",
                "{'request':'pause'}",
                "{'request':'configure','restart':true}",
                "{'request':'switch','feed':80}",
            })
    void isRefusedWhatNeedsAConnection(String request) {
        side().endNewest(PeerEnd.DTLS_CLOSED);
        settle();
        viewer.told();

        assertThat(viewer.ask(request))
                .isEqualTo(new PluginError(428, "No such stream (nothing is received)").json());
        assertThat(viewer.ask("{'request':'unsubscribe','streams':[{'feed':80}]}"))
                .isEqualTo(CoreApi.json("{'videoroom':'updated','room':1}"));
        assertThat(viewer.told()).isEmpty();
    }

    @Test
    void hearsOfItsHangupBeforeTheNewOffer() {
        viewer.hangUp();

        var again = viewer.answer("{'request':'update','subscribe':[{'feed':80}]}", null, null);

        assertThat(again.at("/jsep/type").asText()).isEqualTo("offer");
        assertThat(viewer.told()).containsExactly("success", "hangup: Janus API");
    }

    @Test
    void isRefusedWhatIsNotThereAndMayAskForSomethingElse() {
        side().endNewest(PeerEnd.DTLS_CLOSED);
        settle();
        viewer.told();
        var before = side().connections();

        assertThat(viewer.ask("{'request':'subscribe','streams':[{'feed':81}]}"))
                .isEqualTo(new PluginError(428, "No such feed (81)").json());
        side().full(true);
        assertThat(viewer.ask("{'request':'subscribe','streams':[{'feed':80}]}"))
                .isEqualTo(new PluginError(499, "The server is overloaded").json());
        side().full(false);

        assertThat(side().connections()).isEqualTo(before);
        assertThat(viewer.ask("{'request':'subscribe','streams':[{'feed':80}]}").path("streams"))
                .hasSize(2);
    }

    @Test
    void whoHasLeftIsInNoRoom() {
        viewer.ask("{'request':'leave'}");
        settle();

        assertThat(viewer.ask("{'request':'subscribe','streams':[{'feed':80}]}"))
                .isEqualTo(new PluginError(426, "No such room (1)").json());
    }

    private void start(JsonNode offered) {
        assertThat(
                        viewer.ask(
                                "{'request':'start'}",
                                "answer",
                                VideoRoomTest.answerTo(offered.at("/jsep/sdp").asText())))
                .isEqualTo(CoreApi.json("{'videoroom':'event','room':1,'started':'ok'}"));
    }

    private void settle() {
        api.time.advance(Duration.ZERO);
        side().connectAll();
        api.time.advance(Duration.ZERO);
    }

    private MediaSide side() {
        return Objects.requireNonNull(mediaSide);
    }

    private Person person() {
        return new Person(api.connect(), "janus.plugin.videoroom");
    }
}
