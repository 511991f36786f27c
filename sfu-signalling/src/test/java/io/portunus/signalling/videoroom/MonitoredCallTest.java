// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.events.Event;
import io.portunus.signalling.events.EventSink;
import io.portunus.signalling.events.EventType;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.events.StatisticsSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What operators are told of a call, field by field.
class MonitoredCallTest {
    private static final String OFFER = RealOffers.text("chromium-audio-video");
    private static final String PLUGIN = "'plugin':'janus.plugin.videoroom'";

    private final Set<EventType> wanted = EnumSet.allOf(EventType.class);
    private final List<Event> events = new ArrayList<>();
    private @Nullable MediaSide mediaSide;

    private final EventSink sink =
            new EventSink() {
                @Override
                public boolean wants(EventType type) {
                    return wanted.contains(type);
                }

                @Override
                public void accept(Event event) {
                    events.add(event);
                }
            };

    private CoreApi start(StatisticsSettings statistics) {
        var monitor = new Monitor(sink, statistics, () -> 42);
        return new CoreApi(loop -> plugins(loop, monitor), monitor);
    }

    private List<Plugin> plugins(SignallingLoop loop, Monitor monitor) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        return List.of(new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT, monitor));
    }

    @Test
    void aCallIsToldFromItsBeginningToItsEnd() {
        var api = start(StatisticsSettings.OFF);
        assertThat(events)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.type()).isEqualTo(EventType.CORE);
                    assertThat(event.subtype()).isOne();
                    assertThat(event.body().path("status").asText()).isEqualTo("started");
                    assertThat(event.body().path("info").path("event_handlers").asBoolean())
                            .isTrue();
                    assertThat(event.body().path("info").has("janus")).isFalse();
                });
        events.clear();

        var ann = new Person(api.connect(), "janus.plugin.videoroom");
        var session = events.getFirst();
        assertThat(session.body())
                .isEqualTo(
                        CoreApi.json(
                                "{'name':'created','transport':{'transport':"
                                        + "'janus.transport.websockets','id':'"
                                        + session.body().path("transport").path("id").asText()
                                        + "'}}"));
        assertThat(session.subject().sessionId()).isPositive();
        assertThat(session.subject().handleId()).isZero();
        assertThat(session.timestampMicros()).isEqualTo(42);
        var attached = events.get(1);
        isTold(attached, EventType.HANDLE, 0, "{'name':'attached'," + PLUGIN + "}");
        assertThat(attached.subject().handleId()).isPositive();
        events.clear();

        ann.ask("{'request':'create','room':9,'secret':'s'}");
        isPlugin(next(), "{'event':'created','room':9}");
        ann.ask("{'request':'edit','room':9,'secret':'s','new_description':'d'}");
        isPlugin(next(), "{'event':'edited','room':9}");

        var joined =
                ann.ask("{'request':'join','room':9,'ptype':'publisher','id':5,'display':'Ann'}");
        isPlugin(
                next(),
                "{'event':'joined','room':9,'id':5,'private_id':"
                        + joined.path("private_id")
                        + ",'display':'Ann'}");
        assertThat(events).isEmpty();

        ann.ask("{'request':'publish','bitrate':64000}", "offer", OFFER);
        var offered = next();
        assertThat(offered.body().path("owner").asText()).isEqualTo("remote");
        assertThat(offered.body().path("jsep").path("type").asText()).isEqualTo("offer");
        assertThat(offered.body().path("jsep").path("sdp").asText()).isEqualTo(OFFER);
        var rest = take();
        assertThat(ofType(rest, EventType.WEBRTC, 3))
                .as("candidates of the offer")
                .hasSize((int) OFFER.lines().filter(l -> l.startsWith("a=candidate")).count());
        isTold(
                ofType(rest, EventType.WEBRTC, 2).getFirst(),
                EventType.WEBRTC,
                2,
                "{'local-candidate':'1 1 udp 1 127.0.0.1 10000 typ host','stream_id':1,"
                        + "'component_id':1}");
        isTold(
                ofType(rest, EventType.WEBRTC, 1).getFirst(),
                EventType.WEBRTC,
                1,
                "{'ice':'connecting','stream_id':1,'component_id':1}");
        isPlugin(
                ofType(rest, EventType.PLUGIN, 0).getFirst(),
                "{'event':'configured','room':9,'id':5,'display':'Ann','bitrate':64000}");
        var answered = ofType(rest, EventType.JSEP, 0).getFirst();
        assertThat(answered.body().path("owner").asText()).isEqualTo("local");
        assertThat(answered.body().path("jsep").path("type").asText()).isEqualTo("answer");
        assertThat(answered.body().path("jsep").path("sdp").asText()).startsWith("v=0");

        connect(api);
        rest = take();
        isTold(
                rest.get(0),
                EventType.WEBRTC,
                1,
                "{'ice':'connected','stream_id':1,'component_id':1}");
        isTold(
                rest.get(1),
                EventType.WEBRTC,
                4,
                "{'selected-pair':'127.0.0.1:10000 [host,udp] <-> 192.0.2.1:50000 [prflx,udp]',"
                        + "'candidates':{'local':{'address':'127.0.0.1','port':10000,"
                        + "'type':'host','transport':'udp','family':4},'remote':{'address':"
                        + "'192.0.2.1','port':50000,'type':'prflx','transport':'udp',"
                        + "'family':4}},'stream_id':1,'component_id':1}");
        isTold(
                rest.get(2),
                EventType.WEBRTC,
                5,
                "{'dtls':'trying','stream_id':1,'component_id':1}");
        var published = rest.get(3).body().path("data");
        assertThat(published.path("event").asText()).isEqualTo("published");
        assertThat(published.path("id").asLong()).isEqualTo(5);
        assertThat(published.path("display").asText()).isEqualTo("Ann");
        assertThat(published.path("streams").path(0).path("codec").asText()).isEqualTo("opus");
        assertThat(published.path("streams").path(1).path("codec").asText()).isEqualTo("vp8");
        isTold(
                rest.get(4),
                EventType.WEBRTC,
                5,
                "{'dtls':'connected','stream_id':1,'component_id':1}");
        isTold(rest.get(5), EventType.WEBRTC, 6, "{'connection':'webrtcup'}");
        assertThat(rest).hasSize(6);

        ann.ask("{'request':'unpublish'}");
        rest = take();
        isPlugin(
                ofType(rest, EventType.PLUGIN, 0).getFirst(),
                "{'event':'unpublished','room':9,'id':5,'display':'Ann'}");
        isTold(
                ofType(rest, EventType.WEBRTC, 6).getFirst(),
                EventType.WEBRTC,
                6,
                "{'connection':'hangup','reason':'Close PC'}");

        ann.vanish();
        connect(api);
        rest = take();
        isTold(rest.get(0), EventType.HANDLE, 0, "{'name':'detached'," + PLUGIN + "}");
        isTold(rest.get(1), EventType.SESSION, 0, "{'name':'destroyed'}");
        isPlugin(rest.get(2), "{'event':'leaving','room':9,'id':5,'display':'Ann'}");
        assertThat(rest).hasSize(3);

        api.stop();
        isTold(next(), EventType.CORE, 2, "{'status':'shutdown','signum':15}");
    }

    @Test
    void aSubscribersChangesAreTold() {
        var api = start(StatisticsSettings.OFF);
        wanted.retainAll(EnumSet.of(EventType.PLUGIN));
        var bob = publisher(api, "Bob", 7);
        publisher(api, "Eve", 8);
        var viewer = new Person(api.connect(), "janus.plugin.videoroom");
        events.clear();

        var attached =
                viewer.answer(
                        "{'request':'join','room':1,'ptype':'subscriber','private_id':3,"
                                + "'streams':[{'feed':7}]}",
                        null,
                        null);
        var subscribing = next().body().path("data");
        assertThat(subscribing.path("event").asText()).isEqualTo("subscribing");
        assertThat(subscribing.path("private_id").asLong()).isEqualTo(3);
        assertThat(reread(subscribing.path("streams")))
                .isEqualTo(attached.path("plugindata").path("data").path("streams"));
        viewer.ask("{'request':'start'}", "answer", answerTo(attached));
        var subscribed = next().body().path("data");
        assertThat(subscribed.path("event").asText()).isEqualTo("subscribed");
        assertThat(subscribed.path("streams").path(0).path("ready").asBoolean()).isTrue();

        viewer.ask("{'request':'switch','streams':[{'feed':8,'mid':'1','sub_mid':'1'}]}");
        var switched = next().body().path("data");
        assertThat(switched.path("event").asText()).isEqualTo("switched");
        assertThat(switched.path("changes").asInt()).isOne();
        assertThat(switched.path("streams").path(1).path("feed_id").asLong()).isEqualTo(8);

        var offer = viewer.answer("{'request':'unsubscribe','streams':[{'feed':7}]}", null, null);
        isPlugin(next(), "{'event':'unsubscribed','room':1,'feed':7,'mid':'0'}");
        assertThat(next().body().path("data").path("event").asText()).isEqualTo("updated");
        viewer.ask("{'request':'start'}", "answer", answerTo(offer));
        assertThat(next().body().path("data").path("event").asText()).isEqualTo("subscribed");

        viewer.ask("{'request':'leave'}");
        isPlugin(next(), "{'event':'unsubscribed','room':1,'feed':8,'mid':'1'}");
        viewer.ask("{'request':'kick','room':1,'id':7}");
        isPlugin(next(), "{'event':'unpublished','room':1,'id':7,'display':'Bob'}");
        isPlugin(next(), "{'event':'kicked','room':1,'id':7,'display':'Bob'}");
        viewer.ask("{'request':'destroy','room':1}");
        isPlugin(next(), "{'event':'destroyed','room':1}");
        assertThat(events).isEmpty();
        assertThat(bob.told()).isNotEmpty();
    }

    @Test
    void aSessionThatTimesOutSaysSoAndTrickledCandidatesAreTold() {
        var api = start(StatisticsSettings.OFF);
        var peer = api.connect();
        var id = peer.newSession();
        var handle = peer.newHandle(id, "janus.plugin.videoroom");
        events.clear();
        peer.say(
                "{'janus':'trickle','transaction':'t','session_id':"
                        + id
                        + ",'handle_id':"
                        + handle
                        + ",'candidate':{'sdpMid':'0','candidate':"
                        + "'candidate:1 1 udp 2 192.0.2.9 5 typ host'}}");
        isTold(
                next(),
                EventType.WEBRTC,
                3,
                "{'remote-candidate':'1 1 udp 2 192.0.2.9 5 typ host','stream_id':1,"
                        + "'component_id':1}");

        api.time.advance(Duration.ofSeconds(70));

        isTold(next(), EventType.HANDLE, 0, "{'name':'detached'," + PLUGIN + "}");
        isTold(next(), EventType.SESSION, 0, "{'name':'timeout'}");
        assertThat(events).isEmpty();
    }

    @Test
    void whatAnApplicationTellsIsPassedOn() {
        new Monitor(sink, StatisticsSettings.OFF, () -> 42)
                .external("billing", CoreApi.json("{'a':[1]}"));

        isTold(next(), EventType.EXTERNAL, 0, "{'schema':'billing','data':{'a':[1]}}");
    }

    @Test
    void statisticsComeOncePerPeriodAndEndWithTheConnection() {
        var api = start(new StatisticsSettings(Duration.ofSeconds(2), false));
        wanted.retainAll(EnumSet.of(EventType.MEDIA));
        var ann = publisher(api, "Ann", 7);
        events.clear();

        api.time.advance(Duration.ofMillis(1_900));
        assertThat(events).isEmpty();
        api.time.advance(Duration.ofMillis(200));
        assertThat(events).hasSize(2);
        isTold(
                events.getFirst(),
                EventType.MEDIA,
                3,
                "{'mid':'0','mindex':0,'media':'audio','codec':'opus','base':48000,'lost':0,"
                        + "'jitter-local':0,'in-link-quality':100,'in-media-link-quality':100,"
                        + "'packets-received':0,'bytes-received':0,'bytes-received-lastsec':0,"
                        + "'nacks-sent':0,'retransmissions-received':0}");
        assertThat(events.getLast().body().path("media").asText()).isEqualTo("video");
        api.time.advance(Duration.ofSeconds(4));
        assertThat(events).hasSize(6);

        ann.vanish();
        connect(api);
        events.clear();
        api.time.advance(Duration.ofSeconds(10));
        assertThat(events).isEmpty();
    }

    @Test
    void statisticsOfAllMediaCanComeInOneEvent() {
        var api = start(new StatisticsSettings(Duration.ofSeconds(1), true));
        wanted.retainAll(EnumSet.of(EventType.MEDIA));
        publisher(api, "Ann", 7);
        events.clear();

        api.time.advance(Duration.ofMillis(1_100));

        var all = next().body();
        assertThat(all.isArray()).as("%s", all).isTrue();
        assertThat(all.findValuesAsText("media")).containsExactly("audio", "video");
        assertThat(events).isEmpty();
    }

    @Test
    void nothingIsMadeNorAskedForNobody() {
        var asked = new ArrayList<String>();
        Supplier<ObjectNode> body =
                () -> {
                    asked.add("made");
                    return JsonNodeFactory.instance.objectNode();
                };
        Monitor.OFF.plugin("p", body);
        Monitor.OFF.transport("t", "1", body);
        Monitor.OFF.started(body);
        wanted.clear();
        var api = start(new StatisticsSettings(Duration.ofSeconds(1), false));
        publisher(api, "Ann", 7);
        api.time.advance(Duration.ofSeconds(5));

        assertThat(asked).isEmpty();
        assertThat(events).isEmpty();
        assertThat(Monitor.OFF.isOn()).isFalse();
    }

    private Person publisher(CoreApi api, String display, long id) {
        var person = new Person(api.connect(), "janus.plugin.videoroom");
        person.ask("{'request':'create','room':1}");
        person.ask(
                "{'request':'join','room':1,'ptype':'publisher','id':"
                        + id
                        + ",'display':'"
                        + display
                        + "'}");
        person.ask("{'request':'publish'}", "offer", OFFER);
        connect(api);
        return person;
    }

    private void connect(CoreApi api) {
        api.time.advance(Duration.ZERO);
        Objects.requireNonNull(mediaSide).connectAll();
        api.time.advance(Duration.ZERO);
    }

    private Event next() {
        assertThat(events).as("events that were told").isNotEmpty();
        return events.removeFirst();
    }

    private List<Event> take() {
        var all = List.copyOf(events);
        events.clear();
        return all;
    }

    private static List<Event> ofType(List<Event> among, EventType type, int subtype) {
        return among.stream()
                .filter(event -> event.type() == type && event.subtype() == subtype)
                .toList();
    }

    private static void isPlugin(Event event, String data) {
        isTold(event, EventType.PLUGIN, 0, "{" + PLUGIN + ",'data':" + data + "}");
    }

    private static void isTold(Event event, EventType type, int subtype, String body) {
        assertThat(event.type()).as("the type of %s", event).isEqualTo(type);
        assertThat(event.subtype()).as("the subtype of %s", event).isEqualTo(subtype);
        assertThat(reread(event.body())).isEqualTo(CoreApi.json(body));
    }

    /// Numbers as they are read again, whatever type they were made with.
    private static JsonNode reread(JsonNode body) {
        return CoreApi.json(body.toString());
    }

    private static String answerTo(JsonNode message) {
        return VideoRoomTest.answerTo(message.path("jsep").path("sdp").asText());
    }
}
