// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static io.portunus.deploy.conformance.Scene.error;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Row 17: what VideoRoom refuses, by code and text, with ids of either kind. Nobody is changed by
/// it, so that all are refused in one scene. Codes that no client can provoke are in
/// `RefusalsTest`.
@ParameterizedClass(name = "{0} ids")
@EnumSource
@Timeout(60)
class RefusalRowsTest {
    private static @Nullable Cast shared;

    private final Cast cast;

    RefusalRowsTest(IdKind ids) {
        cast = Objects.requireNonNull(shared, ids.name());
    }

    @BeforeParameterizedClassInvocation
    static void start(IdKind ids) {
        shared = new Cast(ids);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        Objects.requireNonNull(shared).close();
    }

    /// Who asks, what, with which description, and how it is refused.
    @ParameterizedTest(name = "{3}: {0} {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    newcomer  ; {'request':'nonsense'} ; ; 423 ; Unknown request 'nonsense'
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':[{'feed':#80}]} ; offer ; 423 ; Can't send an offer to create subscribers
                    newcomer  ; {'request':'rtp_forward','room':ROOM} ; ; 423 ; Request 'rtp_forward' is not supported yet
                    joined    ; {'request':'configure','record':true} ; ; 423 ; Recording is not supported yet
                    joined    ; {'request':'publish','record':true} ; offer ; 423 ; Recording is not supported yet
                    newcomer  ; {'request':'join','ptype':'publisher','room':ROOM,'record':true} ; ; 423 ; Recording is not supported yet
                    newcomer  ; {'request':'enable_recording','room':ROOM,'record':true} ; ; 423 ; Request 'enable_recording' is not supported yet
                    newcomer  ; {'request':'publish_remotely','room':ROOM} ; ; 423 ; Request 'publish_remotely' is not supported yet
                    host      ; {'request':'create','room':#70,'admin_key':'key','record':true} ; ; 423 ; Recording is not supported yet
                    joined    ; {'request':'start'} ; ; 423 ; Invalid request 'start' for a publisher
                    joined    ; {'request':'pause'} ; ; 423 ; Invalid request 'pause' for a publisher
                    joined    ; {'request':'switch','feed':#80} ; ; 423 ; Invalid request 'switch' for a publisher
                    joined    ; {'request':'subscribe','streams':[{'feed':#80}]} ; ; 423 ; Invalid request 'subscribe' for a publisher
                    joined    ; {'request':'unsubscribe','streams':[{'feed':#80}]} ; ; 423 ; Invalid request 'unsubscribe' for a publisher
                    joined    ; {'request':'update','subscribe':[{'feed':#80}]} ; ; 423 ; Invalid request 'update' for a publisher
                    viewer    ; {'request':'publish'} ; ; 423 ; Invalid request 'publish' for a subscriber
                    viewer    ; {'request':'unpublish'} ; ; 423 ; Invalid request 'unpublish' for a subscriber
                    newcomer  ; {'request':'configure'} ; ; 424 ; Invalid request on unconfigured participant
                    newcomer  ; {'request':'publish'} ; offer ; 424 ; Invalid request on unconfigured participant
                    newcomer  ; {'request':'start'} ; ; 424 ; Invalid request on unconfigured participant
                    newcomer  ; {'request':'leave'} ; ; 424 ; Invalid request on unconfigured participant
                    joined    ; {'request':'join','ptype':'publisher','room':ROOM} ; ; 425 ; Already in as a publisher on this handle
                    viewer    ; {'request':'join','ptype':'publisher','room':ROOM} ; ; 425 ; Already in as a subscriber on this handle
                    gone      ; {'request':'join','ptype':'publisher','room':ROOM} ; ; 425 ; Not in a room (create a new handle)
                    kicked    ; {'request':'join','ptype':'publisher','room':ROOM} ; ; 425 ; Not in a room (create a new handle)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#99} ; ; 426 ; No such room (#99)
                    newcomer  ; {'request':'listparticipants','room':#99} ; ; 426 ; No such room (#99)
                    newcomer  ; {'request':'destroy','room':#99,'secret':'s'} ; ; 426 ; No such room (#99)
                    gone      ; {'request':'configure'} ; ; 426 ; No such room
                    host      ; {'request':'create','room':ROOM,'admin_key':'key'} ; ; 427 ; Room ROOM already exists
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':[{'feed':#89}]} ; ; 428 ; No such feed (#89)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'feed':#90} ; ; 428 ; No such feed (#90)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':[{'feed':#80},{'feed':#89}]} ; ; 428 ; No such feed (#89)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':[{'feed':#80,'mid':'7'}]} ; ; 428 ; No such mid '7' in feed (#80)
                    viewer    ; {'request':'subscribe','streams':[{'feed':#89}]} ; ; 428 ; No such feed (#89)
                    viewer    ; {'request':'switch','streams':[{'feed':#80,'mid':'7','sub_mid':'0'}]} ; ; 428 ; No such mid '7' in feed (#80)
                    publisher ; {'request':'configure','streams':[{'mid':'7','send':true}]} ; ; 428 ; No such mid '7' published
                    viewer    ; {'request':'configure','mid':'7','send':true} ; ; 428 ; No such mid '7' in subscription
                    host      ; {'request':'kick','room':ROOM,'secret':'s','id':#89} ; ; 428 ; No such user #89 in room ROOM
                    host      ; {'request':'moderate','room':ROOM,'secret':'s','id':#80,'mid':'7','mute':true} ; ; 428 ; No such stream 7
                    host      ; {'request':'kick','room':#21,'id':DUMMY} ; ; 428 ; Can't kick dummy users
                    newcomer  ; {} ; ; 429 ; Missing mandatory element (request)
                    newcomer  ; {'request':'join','ptype':'publisher'} ; ; 429 ; Missing mandatory element (room)
                    newcomer  ; {'request':'join','room':ROOM} ; ; 429 ; Missing mandatory element (ptype)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#18} ; ; 429 ; Missing mandatory element (pin)
                    newcomer  ; {'request':'kick','room':ROOM,'id':#80} ; ; 429 ; Missing mandatory element (secret)
                    newcomer  ; {'request':'create','room':#70} ; ; 429 ; Missing mandatory element (admin_key)
                    host      ; {'request':'moderate','room':ROOM,'secret':'s','id':#80,'mid':'a'} ; ; 429 ; Missing mandatory element (mute)
                    host      ; {'request':'allowed','room':ROOM,'secret':'s'} ; ; 429 ; Missing mandatory element (action)
                    viewer    ; {'request':'subscribe'} ; ; 429 ; Missing mandatory element (streams)
                    viewer    ; {'request':'subscribe','streams':[{'mid':'a'}]} ; ; 429 ; Missing mandatory element (feed)
                    viewer    ; {'request':'switch','streams':[{'feed':#80,'mid':'a'}]} ; ; 429 ; Missing mandatory element (sub_mid)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM} ; ; 429 ; At least one between 'streams' and 'feed' must be specified
                    viewer    ; {'request':'update'} ; ; 429 ; At least one of either 'subscribe' or 'unsubscribe' must be present
                    newcomer  ; {'request':7} ; ; 430 ; Invalid element type (request should be a string)
                    newcomer  ; {'request':'join','ptype':'x','room':ROOM} ; ; 430 ; Invalid element (ptype)
                    newcomer  ; {'request':'join','ptype':'listener','room':ROOM,'feed':#80} ; ; 430 ; Invalid element (ptype)
                    newcomer  ; {'request':'join','ptype':5,'room':ROOM} ; ; 430 ; Invalid element type (ptype should be a string)
                    newcomer  ; {'request':'join','ptype':'publisher','room':ROOM,'display':5} ; ; 430 ; Invalid element type (display should be a string)
                    newcomer  ; {'request':'join','ptype':'publisher','room':ROOM,'metadata':'x'} ; ; 430 ; Invalid element type (metadata should be an object)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#18,'pin':5} ; ; 430 ; Invalid element type (pin should be a string)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':5} ; ; 430 ; Invalid element type (streams should be an array)
                    host      ; {'request':'create','room':#70,'admin_key':'key','publishers':5.0} ; ; 430 ; Invalid element type (publishers should be a positive integer)
                    host      ; {'request':'create','room':#70,'admin_key':'key','description':null} ; ; 430 ; Invalid element type (description should be a string)
                    host      ; {'request':'create','room':#70,'admin_key':'key','audiocodec':'mp3'} ; ; 430 ; Invalid element (audiocodec can only be or contain opus, pcmu, pcma, g722)
                    joined    ; {'request':'publish','audiocodec':'pcmu'} ; offer ; 430 ; Audio codec unavailable in this room
                    joined    ; {'request':'publish','videocodec':'h264'} ; offer ; 430 ; Video codec unavailable in this room
                    joined    ; {'request':'configure','bitrate':-1} ; ; 430 ; Invalid element type (bitrate should be a positive integer)
                    joined    ; {'request':'configure','keyframe':1} ; ; 430 ; Invalid element type (keyframe should be a boolean)
                    viewer    ; {'request':'configure','mid':'0','substream':3} ; ; 430 ; Invalid value (substream/spatial_layer should be 0, 1 or 2)
                    viewer    ; {'request':'configure','mid':'0','temporal':3} ; ; 430 ; Invalid value (temporal/temporal_layer should be 0, 1 or 2)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':[{'feed':#80,'spatial_layer':3}]} ; ; 430 ; Invalid value (substream/spatial_layer should be 0, 1 or 2)
                    publisher ; {'request':'configure','streams':[{'send':true},{'mid':'a'}]} ; ; 430 ; Invalid value (mid can't be null in a streams array)
                    viewer    ; {'request':'subscribe','streams':[]} ; ; 430 ; Empty subscription list
                    viewer    ; {'request':'unsubscribe','streams':[]} ; ; 430 ; Empty unsubscription list
                    viewer    ; {'request':'update','subscribe':[]} ; ; 430 ; Empty subscription list
                    viewer    ; {'request':'switch','streams':[]} ; ; 430 ; Empty switch list
                    host      ; {'request':'allowed','room':ROOM,'secret':'s','action':'x'} ; ; 430 ; Unsupported action 'x' (allowed)
                    viewer    ; {'request':'start'} ; offer ; 431 ; Only publishers send offers
                    late      ; {'request':'publish'} ; offer ; 432 ; Maximum number of publishers (1) already reached
                    newcomer  ; {'request':'destroy','room':ROOM,'secret':'x'} ; ; 433 ; Unauthorized (wrong secret)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#18,'pin':'x'} ; ; 433 ; Unauthorized (wrong pin)
                    newcomer  ; {'request':'create','room':#70,'admin_key':'x'} ; ; 433 ; Unauthorized (wrong admin_key)
                    newcomer  ; {'request':'list','admin_key':'x'} ; ; 433 ; Unauthorized (wrong admin_key)
                    newcomer  ; {'request':'join','ptype':'publisher','room':#22} ; ; 433 ; Unauthorized (not in the allowed list)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':#18,'pin':'p','streams':[{'feed':#80}]} ; ; 433 ; Unauthorized (this room requires a valid private_id)
                    kicked    ; {'request':'configure'} ; ; 433 ; Unauthorized, you have been kicked
                    clear     ; {'request':'publish'} ; offer ; 433 ; Room requires end-to-end encrypted media
                    publisher ; {'request':'publish'} ; offer ; 434 ; Can't publish, already published
                    joined    ; {'request':'unpublish'} ; ; 435 ; Can't unpublish, not published
                    newcomer  ; {'request':'join','ptype':'publisher','room':ROOM,'id':#80} ; ; 436 ; User ID #80 already exists
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'feed':#80,'offer_audio':false,'offer_video':false} ; ; 437 ; Can't offer an SDP with no stream
                    viewer    ; {'request':'subscribe','streams':[{'feed':#96}]} ; ; 438 ; Can't have end-to-end encrypted feed in this subscription (#96)
                    newcomer  ; {'request':'join','ptype':'subscriber','room':ROOM,'streams':[{'feed':#96},{'feed':#80}]} ; ; 438 ; Can't have not end-to-end encrypted feed in this subscription (#80)
                    """)
    @DisplayName("row 17: every refusal by code and text, and nothing else comes of it")
    void row17EveryRefusalHasItsCodeAndText(
            String who, String body, @Nullable String offers, int code, String text) {
        var asker = cast.person(who);
        asker.forget();
        cast.person("publisher").forget();

        var answer =
                asker.ask(
                        body.replace("DUMMY", cast.dummy()),
                        offers == null ? null : Person.jsep("offer", asker.offer()));

        assertThat(answer).isEqualTo(error(code, cast.scene().fillText(text)));
        asker.isToldNothing("who asked, besides");
        cast.person("publisher").isToldNothing("another one of the room");
    }

    @Test
    @DisplayName("row 17: an offer that cannot be read comes no further than to the core")
    void row17AnOfferThatCannotBeReadIsRefusedByTheCore() {
        var asker = cast.person("joined");
        asker.forget();

        var transaction = asker.say("{'request':'publish'}", Person.jsep("offer", "v=1"));

        assertThat(asker.wire().next())
                .isEqualTo(
                        Wire.object(
                                        "{'janus':'error','error':{'code':465,'reason':"
                                                + "'the description does not start with v=0'}}")
                                .put("session_id", asker.session())
                                .put("transaction", transaction));
        asker.isToldNothing("who asked, besides");
    }

    @Test
    @DisplayName("row 17: an offer that drops what was agreed is 437")
    void row17AnOfferThatDropsWhatWasAgreedIsRefused() {
        var publisher = cast.person("publisher");
        var whole = publisher.offer();
        var offer = whole.substring(0, whole.indexOf("m=video"));

        assertThat(publisher.ask("{'request':'configure'}", Person.jsep("offer", offer)))
                .isEqualTo(error(437, "a new offer must keep the media sections of the old"));
    }

    @Test
    @DisplayName("row 17: more than the server holds is 499")
    void row17MoreThanTheServerHoldsIsRefused() {
        try (var room = cast.scene().another()) {
            var tokens =
                    IntStream.range(0, 4_096)
                            .mapToObj(i -> "'" + i + "'")
                            .collect(Collectors.joining(","));
            room.create(",'allowed':[" + tokens + "]");

            assertThat(
                            room.person()
                                    .ask(
                                            "{'request':'allowed','room':ROOM,'action':'add','allowed':['x']}"))
                    .isEqualTo(error(499, "Too many tokens"));
        }
    }
}
