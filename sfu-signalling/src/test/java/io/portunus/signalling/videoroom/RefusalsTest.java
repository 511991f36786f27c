// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is refused to whom, by code and text, and that a refusal is all that comes of it.
class RefusalsTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");

    private @Nullable MediaSide mediaSide;
    private final CoreApi api = new CoreApi(this::plugins);

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    nobody    ; {'request':'join','room':1,'ptype':'subscriber','feed':80} ; offer ; 423 ; Can't send an offer to create subscribers
                    nobody    ; {'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':80,'mid':'7'}]} ; ; 428 ; No such mid '7' in feed (80)
                    nobody    ; {'request':'join','room':1,'ptype':'subscriber','streams':[{'mid':'0'}]} ; ; 429 ; Missing mandatory element (feed)
                    nobody    ; {'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':80,'temporal':3}]} ; ; 430 ; Invalid value (temporal/temporal_layer should be 0, 1 or 2)
                    nobody    ; {'request':'join','room':1,'ptype':'subscriber','feed':80,'offer_audio':false,'offer_video':false} ; ; 437 ; Can't offer an SDP with no stream
                    nobody    ; {'request':'join','room':2,'ptype':'subscriber','feed':80} ; ; 433 ; Unauthorized (this room requires a valid private_id)
                    nobody    ; {'request':'join','room':1,'ptype':'publisher','id':80} ; ; 436 ; User ID 80 already exists
                    nobody    ; {'request':'join','room':1,'ptype':'publisher','id':'x'} ; ; 430 ; Invalid element type (id should be a positive integer)
                    nobody    ; {'request':'join','room':1,'ptype':'publisher','metadata':'x'} ; ; 430 ; Invalid element type (metadata should be an object)
                    nobody    ; {'request':'kick','room':2,'id':1} ; ; 429 ; Missing mandatory element (secret)
                    nobody    ; {'request':'kick','room':2,'id':1,'secret':'x'} ; ; 433 ; Unauthorized (wrong secret)
                    nobody    ; {'request':'kick','room':2,'secret':'s3'} ; ; 429 ; Missing mandatory element (id)
                    nobody    ; {'request':'listparticipants','room':7} ; ; 426 ; No such room (7)
                    nobody    ; {'request':'exists'} ; ; 429 ; Missing mandatory element (room)
                    nobody    ; {'request':'destroy','room':'1'} ; ; 430 ; Invalid element type (room should be a positive integer)
                    nobody    ; {'request':'create','room':-1} ; ; 430 ; Invalid element type (room should be a positive integer)
                    nobody    ; {'request':'configure','audio':true} ; offer ; 424 ; Invalid request on unconfigured participant
                    joined    ; {'request':'start'} ; ; 423 ; Invalid request 'start' for a publisher
                    joined    ; {'request':'update','subscribe':[{'feed':80}]} ; ; 423 ; Invalid request 'update' for a publisher
                    joined    ; {'request':'unpublish'} ; ; 435 ; Can't unpublish, not published
                    joined    ; {'request':'publish','videocodec':'h264'} ; offer ; 430 ; Video codec unavailable in this room
                    joined    ; {'request':'publish','audiocodec':'mp3'} ; offer ; 430 ; Audio codec unavailable in this room
                    joined    ; {'request':'configure','bitrate':'x'} ; ; 430 ; Invalid element type (bitrate should be a positive integer)
                    joined    ; {'request':'configure','keyframe':1} ; ; 430 ; Invalid element type (keyframe should be a boolean)
                    joined    ; {'request':'configure','display':5} ; ; 430 ; Invalid element type (display should be a string)
                    joined    ; {'request':'join','room':1,'ptype':'subscriber','feed':80} ; ; 425 ; Already in as a publisher on this handle
                    publisher ; {'request':'publish'} ; offer ; 434 ; Can't publish, already published
                    publisher ; {'request':'configure','streams':[{'mid':'9','send':true}]} ; ; 428 ; No such mid '9' published
                    publisher ; {'request':'configure','streams':[{'send':true},{'mid':'0'}]} ; ; 430 ; Invalid value (mid can't be null in a streams array)
                    publisher ; {'request':'joinandconfigure','room':1,'ptype':'publisher'} ; offer ; 425 ; Already in as a publisher on this handle
                    viewer    ; {'request':'join','room':1,'ptype':'publisher'} ; ; 425 ; Already in as a subscriber on this handle
                    viewer    ; {'request':'publish'} ; offer ; 423 ; Invalid request 'publish' for a subscriber
                    viewer    ; {'request':'unpublish'} ; ; 423 ; Invalid request 'unpublish' for a subscriber
                    viewer    ; {'request':'start'} ; offer ; 431 ; Only publishers send offers
                    viewer    ; {'request':'update'} ; ; 429 ; At least one of either 'subscribe' or 'unsubscribe' must be present
                    viewer    ; {'request':'update','subscribe':[]} ; ; 430 ; Empty subscription list
                    viewer    ; {'request':'update','unsubscribe':[]} ; ; 430 ; Empty unsubscription list
                    viewer    ; {'request':'update','subscribe':[{'feed':81}]} ; ; 428 ; No such feed (81)
                    viewer    ; {'request':'update','unsubscribe':[{'feed':80}],'subscribe':[{'feed':80,'mid':'x'}]} ; ; 428 ; No such mid 'x' in feed (80)
                    viewer    ; {'request':'subscribe'} ; ; 429 ; Missing mandatory element (streams)
                    viewer    ; {'request':'subscribe','streams':[]} ; ; 430 ; Empty subscription list
                    viewer    ; {'request':'unsubscribe','streams':[]} ; ; 430 ; Empty unsubscription list
                    viewer    ; {'request':'subscribe','streams':[5]} ; ; 430 ; Invalid element type (streams should be an array of objects)
                    viewer    ; {'request':'switch','streams':[]} ; ; 430 ; Empty switch list
                    viewer    ; {'request':'switch','streams':[{'feed':81,'mid':'0','sub_mid':'0'}]} ; ; 428 ; No such feed (81)
                    viewer    ; {'request':'switch','streams':[{'feed':80,'mid':'0'}]} ; ; 429 ; Missing mandatory element (sub_mid)
                    viewer    ; {'request':'configure','mid':'9','send':false} ; ; 428 ; No such mid '9' in subscription
                    viewer    ; {'request':'configure','streams':[{'send':false}]} ; ; 429 ; Missing mandatory element (mid)
                    viewer    ; {'request':'configure','mid':'0','substream':3} ; ; 430 ; Invalid value (substream/spatial_layer should be 0, 1 or 2)
                    """)
    void everyRefusalHasItsCodeAndText(
            String who, String body, @Nullable String type, int code, String text) {
        var feed = person();
        feed.ask("{'request':'create','room':1}");
        feed.ask("{'request':'create','room':2,'secret':'s3','require_pvtid':true}");
        publish(feed, 80);
        var other = person();
        other.ask("{'request':'join','room':1,'ptype':'publisher'}");
        var asker = person(who);
        settle();
        other.told();
        asker.told();
        feed.told();

        var answer = asker.answer(body, type, type == null ? null : OFFER);

        assertThat(answer.path("plugindata").path("data"))
                .isEqualTo(new PluginError(code, text).json());
        settle();
        assertThat(asker.told()).as("what else came of it").isEmpty();
        assertThat(other.told()).as("what others were told of it").isEmpty();
        assertThat(feed.told()).as("what the feed was told of it").isEmpty();
    }

    private Person person(String who) {
        var person = person();
        switch (who) {
            case "joined" -> person.ask("{'request':'join','room':1,'ptype':'publisher','id':90}");
            case "publisher" -> publish(person, 90);
            case "viewer" -> {
                var offered =
                        person.answer(
                                "{'request':'join','room':1,'ptype':'subscriber','streams':[{'feed':80}]}",
                                null,
                                null);
                person.ask(
                        "{'request':'start'}",
                        "answer",
                        VideoRoomTest.answerTo(offered.path("jsep").path("sdp").asText()));
            }
            default -> {
                // A handle that has joined nothing.
            }
        }
        return person;
    }

    private void publish(Person person, long id) {
        person.ask("{'request':'join','room':1,'ptype':'publisher','id':" + id + "}");
        person.ask("{'request':'publish'}", "offer", OFFER);
        settle();
    }

    private void settle() {
        Objects.requireNonNull(mediaSide).connectAll();
        api.time.advance(Duration.ZERO);
    }

    private Person person() {
        return new Person(api.connect(), "janus.plugin.videoroom");
    }
}
