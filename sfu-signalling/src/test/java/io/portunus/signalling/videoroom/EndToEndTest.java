// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Media that is encrypted end to end: viewers are told so, and it is never mixed with other media,
/// which their browsers could not make sense of.
class EndToEndTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");
    private static final String NO_CLEAR =
            "Can't have not end-to-end encrypted feed in this subscription (%d)";
    private static final String NO_ENCRYPTED =
            "Can't have end-to-end encrypted feed in this subscription (%d)";

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT));
    }

    @Test
    void descriptionsSayWhetherTheMediaIsEncrypted() {
        room("");
        var ann = joined(1);
        var bob = joined(2);

        var encrypted = publish(ann, true);
        var clear = publish(bob, false);

        assertThat(encrypted.path("jsep").path("e2ee")).isEqualTo(yes());
        assertThat(clear.path("jsep").has("e2ee")).as("in an answer about clear media").isFalse();
        assertThat(subscribe("[{'feed':1}]").path("jsep").path("e2ee")).isEqualTo(yes());
        assertThat(subscribe("[{'feed':2}]").path("jsep").has("e2ee"))
                .as("in an offer of clear media")
                .isFalse();
    }

    @Test
    void operatorsSeeIt() {
        room("");
        var ann = joined(1);
        publish(ann, true);
        var viewer = person();
        subscribe(viewer, "[{'feed':1}]");
        var bob = joined(2);
        publish(bob, false);
        var operator = api.gateway().operator();

        assertThat(ann.described(operator).path("e2ee")).isEqualTo(yes());
        assertThat(viewer.described(operator).path("e2ee")).isEqualTo(yes());
        assertThat(bob.described(operator).has("e2ee")).as("of clear media").isFalse();
    }

    @Test
    void everyLaterDescriptionSaysSoToo() {
        room("'require_e2ee':true");
        var ann = joined(1);
        publish(ann, true);
        var viewer = person();
        var attached = subscribe(viewer, "[{'feed':1,'mid':'0'}]");
        start(viewer, attached);

        var more = viewer.answer("{'request':'subscribe','streams':[{'feed':1}]}", null, null);
        var again = publish(ann, false);

        assertThat(more.path("jsep").path("e2ee")).isEqualTo(yes());
        assertThat(again.path("jsep").path("e2ee"))
                .as("what has been said once holds as long as the connection")
                .isEqualTo(yes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    1 ; {'request':'subscribe','streams':[{'feed':2}]}                        ; 2
                    2 ; {'request':'subscribe','streams':[{'feed':1}]}                        ; 1
                    1 ; {'request':'update','unsubscribe':[{'feed':1}],'subscribe':[{'feed':2}]} ; 2
                    2 ; {'request':'switch','streams':[{'feed':1,'mid':'0','sub_mid':'0'}]}   ; 1
                    1 ; {'request':'switch','feed':2}                                         ; 2
                    """)
    void whatIsEncryptedIsNotMixedWithWhatIsNot(int first, String request, int refused) {
        room("");
        publish(joined(1), true);
        publish(joined(2), false);
        var viewer = person();
        start(viewer, subscribe(viewer, "[{'feed':" + first + "}]"));

        assertThat(viewer.ask(request)).isEqualTo(refusal(first == 1, refused));

        settle();
        assertThat(viewer.told()).as("what else came of it").containsExactly("webrtcup");
        var same = "{'request':'subscribe','streams':[{'feed':" + first + "}]}";
        assertThat(viewer.ask(same).path("videoroom").asText()).isEqualTo("updated");
    }

    @Test
    void aMixedSubscriptionIsRefusedWhole() {
        room("");
        publish(joined(1), true);
        publish(joined(2), false);
        var viewer = person();
        var before = side().connections();

        assertThat(data(subscribe(viewer, "[{'feed':1},{'feed':2}]"))).isEqualTo(refusal(true, 2));
        assertThat(data(subscribe(viewer, "[{'feed':2},{'feed':1}]"))).isEqualTo(refusal(false, 1));

        settle();
        assertThat(side().connections()).as("connections left behind").isEqualTo(before);
        assertThat(subscribe(viewer, "[{'feed':1}]").has("jsep"))
                .as("the handle goes on working")
                .isTrue();
    }

    @Test
    void aRoomOfEncryptedMediaOffersNothingElse() {
        room("'dummy_publisher':true");
        var dummy = dummy();
        assertThat(subscribe("[{'feed':" + dummy + "}]").path("jsep").has("e2ee")).isFalse();
        person().ask("{'request':'destroy','room':1}");

        room("'dummy_publisher':true,'dummy_e2ee':true");
        assertThat(subscribe("[{'feed':" + dummy() + "}]").path("jsep").path("e2ee"))
                .isEqualTo(yes());
        person().ask("{'request':'destroy','room':1}");

        room("'dummy_publisher':true,'require_e2ee':true");
        assertThat(subscribe("[{'feed':" + dummy() + "}]").path("jsep").path("e2ee"))
                .as("a dummy never is in the way")
                .isEqualTo(yes());
    }

    @Test
    void whoPublishesAnewMayDoItTheOtherWay() {
        room("");
        var ann = joined(1);
        publish(ann, true);
        ann.ask("{'request':'unpublish'}");
        settle();

        assertThat(publish(ann, false).path("jsep").has("e2ee")).isFalse();
        assertThat(subscribe("[{'feed':1}]").path("jsep").has("e2ee")).isFalse();
    }

    private void room(String properties) {
        person().ask(
                        "{'request':'create','room':1,'publishers':9"
                                + (properties.isEmpty() ? "" : "," + properties)
                                + "}");
    }

    private long dummy() {
        var joined = person().ask("{'request':'join','room':1,'ptype':'publisher'}");
        return joined.at("/publishers/0/id").asLong();
    }

    private Person joined(long id) {
        var person = person();
        person.ask("{'request':'join','room':1,'ptype':'publisher','id':" + id + "}");
        return person;
    }

    private JsonNode publish(Person person, boolean encrypted) {
        var jsep = jsep("offer", OFFER);
        if (encrypted) {
            jsep.put("e2ee", true);
        }
        var answer = person.answer("{'request':'configure'}", jsep);
        settle();
        return answer;
    }

    private JsonNode subscribe(String streams) {
        return subscribe(person(), streams);
    }

    private static JsonNode subscribe(Person viewer, String streams) {
        return viewer.answer(
                "{'request':'join','room':1,'ptype':'subscriber','streams':" + streams + "}",
                null,
                null);
    }

    private static void start(Person viewer, JsonNode offered) {
        viewer.ask(
                "{'request':'start'}",
                "answer",
                VideoRoomTest.answerTo(offered.at("/jsep/sdp").asText()));
    }

    private static JsonNode refusal(boolean encrypted, int feed) {
        return new PluginError(438, (encrypted ? NO_CLEAR : NO_ENCRYPTED).formatted(feed)).json();
    }

    private static JsonNode data(JsonNode answer) {
        return answer.path("plugindata").path("data");
    }

    private static JsonNode yes() {
        return JsonNodeFactory.instance.booleanNode(true);
    }

    private static ObjectNode jsep(String type, String sdp) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("sdp", sdp);
    }

    private MediaSide side() {
        return Objects.requireNonNull(mediaSide);
    }

    private void settle() {
        side().connectAll();
        api.time.advance(Duration.ZERO);
    }

    private Person person() {
        return new Person(api.connect(), "janus.plugin.videoroom");
    }
}
