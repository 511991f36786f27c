// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.peer.LinkThresholds;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.events.Event;
import io.portunus.signalling.events.EventSink;
import io.portunus.signalling.events.EventType;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.events.StatisticsSettings;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.sdp.RealOffers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What operators may ask of the server, what they are answered, and what it changes.
class AdminApiTest {
    private static final String SECRET = "janusoverlord";

    private final List<Event> events = new ArrayList<>();
    private final CoreApi api =
            new CoreApi(
                    _ -> List.of(new TalkingPlugin(), new SilentPlugin()),
                    new Monitor(new Sink(), StatisticsSettings.OFF, () -> 7));
    private final LinkThresholds links = new LinkThresholds();
    private int logLevel = 4;
    private final AdminApi admin = adminOf(api);
    private final Desk desk = new Desk(admin);
    private final CoreApi.Peer client = api.connect();

    private AdminApi adminOf(CoreApi core) {
        return new AdminApi(
                SECRET,
                core.time,
                core.gateway().operator(),
                new Controls(
                        links,
                        new Controls.LogControl() {
                            @Override
                            public int level() {
                                return logLevel;
                            }

                            @Override
                            public void level(int level) {
                                logLevel = level;
                            }
                        },
                        Map.of(
                                "janus.transport.http",
                                () -> (ObjectNode) CoreApi.json("{'polls':3}")),
                        Map.of("backend", () -> (ObjectNode) CoreApi.json("{'queued':1}"))));
    }

    @Test
    void itCannotBeHadWithoutASecret() {
        var operator = api.gateway().operator();
        var controls = new Controls(links, new LogLevel(), Map.of(), Map.of());

        assertThatThrownBy(() -> new AdminApi("", api.time, operator, controls))
                .as("an admin API that anybody could use")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'janus':'list_sessions','transaction':'t'}",
                "{'janus':'list_sessions','transaction':'t','admin_secret':'wrong'}",
                "{'janus':'list_sessions','transaction':'t','admin_secret':''}",
                "{'janus':'list_sessions','transaction':'t','admin_secret':null}",
                "{'janus':'list_sessions','transaction':'t','admin_secret':5}",
                "{'janus':'list_sessions','transaction':'t','apisecret':'janusoverlord'}",
                "{'janus':'nonsense','transaction':'t'}",
                "{'janus':'info','transaction':'t','session_id':5}",
                "{'janus':'ping','transaction':'t','session_id':5,'handle_id':6}",
            })
    void nothingIsToldToThoseWhoDoNotKnowTheSecret(String request) {
        assertRefused(
                desk.raw(request), 403, "Unauthorized request (wrong or missing secret/token)");
    }

    @Test
    void infoAndPingNeedNoSecret() {
        var info = desk.raw("{'janus':'info','transaction':'t1'}");
        var pong = desk.raw("{'janus':'PING','transaction':'t2'}");

        assertThat(info.path("janus").asText()).isEqualTo("server_info");
        assertThat(info.path("transaction").asText()).isEqualTo("t1");
        assertThat(info.path("name").asText()).isEqualTo("Janus WebRTC Server");
        assertThat(pong).isEqualTo(CoreApi.json("{'janus':'pong','transaction':'t2'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'janus':'ping'} | 456 | Missing mandatory element (transaction)",
                "{'janus':'ping','transaction':1} | 467 | Invalid element type (transaction should"
                        + " be a string)",
                "{'transaction':'t'} | 456 | Missing mandatory element (janus)",
                "{'janus':7,'transaction':'t'} | 467 | Invalid element type (janus should be a"
                        + " string)",
                "[] | 455 | JSON error: not an object",
            })
    void aMalformedRequestIsAnsweredAndTheConnectionLivesOn(String text, int code, String reason) {
        assertRefused(desk.raw(text), code, reason);
        assertThat(desk.raw("{'janus':'ping','transaction':'t'}").path("janus").asText())
                .as("the next request")
                .isEqualTo("pong");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThat(desk.raw("{'janus':").at("/error/code").asInt()).isEqualTo(454);
        assertThat(desk.raw("{'janus':'ping','janus':'ping','transaction':'t'}").at("/error/code"))
                .as("a key that is there twice")
                .hasToString("454");
    }

    @Test
    void aVerbThatIsNotForThisLevelIsRefusedAsSuch() {
        var session = client.newSession();
        var handle = client.newHandle(session, "test.talking");

        assertRefused(desk.ask("handle_info"), 457, "Unhandled request 'handle_info' at this path");
        assertRefused(desk.ask("create"), 457, "Unhandled request 'create' at this path");
        assertRefused(
                desk.ask("get_status", "'session_id':" + session),
                457,
                "Unhandled request 'get_status' at this path");
        assertRefused(
                desk.ask("keepalive", "'session_id':" + session),
                457,
                "Unhandled request 'keepalive' at this path");
        assertRefused(
                desk.ask("list_handles", about(session, handle)),
                457,
                "Unhandled request 'list_handles' at this path");
        assertRefused(
                desk.ask("start_pcap", about(session, handle)),
                490,
                "Request 'start_pcap' is not supported yet");
    }

    @Test
    void sessionsAndHandlesAreListed() {
        var one = client.newSession();
        var two = client.newSession();
        var first = client.newHandle(one, "test.talking");
        var second = client.newHandle(one, "test.silent");

        assertThat(longs(desk.ask("list_sessions").path("sessions")))
                .as("the sessions")
                .containsExactlyInAnyOrder(one, two);
        var handles = desk.ask("list_handles", "'session_id':" + one);
        assertThat(handles.path("session_id").asLong()).isEqualTo(one);
        assertThat(longs(handles.path("handles"))).containsExactlyInAnyOrder(first, second);
        assertThat(longs(desk.ask("list_handles", "'session_id':" + two).path("handles")))
                .isEmpty();
    }

    @Test
    void whoIsNotThereCannotBeAskedAbout() {
        var session = client.newSession();

        assertRefused(desk.ask("list_handles", "'session_id':5"), 458, "No such session 5");
        assertRefused(
                desk.ask("handle_info", about(session, 6)),
                459,
                "No such handle 6 in session " + session);
        assertRefused(desk.ask("handle_info", about(5, 6)), 458, "No such session 5");
        assertRefused(
                desk.ask("list_handles", "'session_id':9007199254740993"),
                467,
                "Invalid element type (session_id should be a positive integer)");
    }

    @Test
    void aHandleIsDescribed() {
        var session = client.newSession();
        var handle =
                client.ask(
                                "{'janus':'attach','plugin':'test.talking','opaque_id':'mine','transaction':"
                                        + "'a','session_id':"
                                        + session
                                        + "}")
                        .at("/data/id")
                        .asLong();
        api.time.advance(Duration.ofSeconds(3));

        var reply = desk.ask("handle_info", about(session, handle) + ",'plugin_only':true");

        assertThat(reply.path("janus").asText()).isEqualTo("success");
        assertThat(reply.path("session_id").asLong()).isEqualTo(session);
        assertThat(reply.path("handle_id").asLong()).isEqualTo(handle);
        var info = reply.path("info");
        assertThat(fields(info))
                .containsExactly(
                        "session_id",
                        "session_last_activity",
                        "session_timeout",
                        "session_transport",
                        "handle_id",
                        "opaque_id",
                        "loop-running",
                        "created",
                        "current_time",
                        "plugin",
                        "plugin_specific");
        assertThat(info.path("opaque_id").asText()).isEqualTo("mine");
        assertThat(info.path("session_timeout").asInt()).isEqualTo(60);
        assertThat(info.path("current_time").asLong() - info.path("created").asLong())
                .as("microseconds since it was attached")
                .isEqualTo(3_000_000);
        assertThat(info.path("plugin").asText()).isEqualTo("test.talking");
        assertThat(info.path("plugin_specific").path("mood").asText()).isEqualTo("good");
        var whole = desk.ask("handle_info", about(session, handle)).path("info");
        assertThat(fields(whole))
                .as("of a handle without a PeerConnection")
                .contains("flags", "ice-mode", "ice-role", "sdps", "queued-packets")
                .doesNotContain("webrtc");
        assertThat(whole.at("/flags/got-offer").asBoolean()).isFalse();
        assertRefused(
                desk.ask("handle_info", about(session, handle) + ",'plugin_only':1"),
                467,
                "Invalid element type (plugin_only should be a boolean)");
    }

    @Test
    void whatWasNegotiatedIsTold() {
        var session = client.newSession();
        var handle = client.newHandle(session, "test.talking");
        var offered = RealOffers.text("chromium-audio-video");
        var offer =
                (ObjectNode)
                        CoreApi.json(
                                "{'janus':'message','transaction':'m','body':{},'session_id':"
                                        + session
                                        + ",'handle_id':"
                                        + handle
                                        + ",'jsep':{'type':'offer','trickle':true,'e2ee':true}}");
        ((ObjectNode) offer.path("jsep")).put("sdp", offered);
        client.say(offer.toString());
        client.say(
                "{'janus':'trickle','transaction':'c','candidates':[{'sdpMid':'0','candidate':"
                        + "'candidate:1 1 udp 1 192.0.2.1 5 typ host'},{'completed':true}],"
                        + "'session_id':"
                        + session
                        + ",'handle_id':"
                        + handle
                        + "}");

        var info = desk.ask("handle_info", about(session, handle)).path("info");

        assertThat(info.at("/sdps/remote").asText()).isEqualTo(offered);
        assertThat(info.at("/sdps/local").asText()).isEqualTo("v=0 answer");
        var flags = info.path("flags");
        for (var set :
                List.of(
                        "got-offer",
                        "got-answer",
                        "negotiated",
                        "trickle",
                        "all-trickles",
                        "e2ee")) {
            assertThat(flags.path(set).asBoolean()).as(set).isTrue();
        }
        for (var clear : List.of("ready", "starting", "processing-offer", "data-channels")) {
            assertThat(flags.path(clear).asBoolean(true)).as(clear).isFalse();
        }
    }

    @Test
    void aHandleIsHungUpAndDetachedAndItsClientToldSo() {
        var session = client.newSession();
        var handle = client.newHandle(session, "test.talking");

        var hungUp = desk.ask("hangup_webrtc", about(session, handle));
        assertThat(hungUp.path("janus").asText()).isEqualTo("success");
        var told = heard();
        assertThat(told.path("janus").asText()).isEqualTo("hangup");
        assertThat(told.path("reason").asText()).isEqualTo("Admin API");

        assertThat(desk.ask("detach_handle", about(session, handle)).path("janus").asText())
                .isEqualTo("success");
        assertThat(heard().path("janus").asText()).isEqualTo("detached");
        assertRefused(
                desk.ask("detach_handle", about(session, handle)),
                459,
                "No such handle " + handle + " in session " + session);
        assertThat(api.handles()).isZero();
    }

    @Test
    void aSessionIsDestroyedWithoutAWord() {
        var session = client.newSession();
        client.newHandle(session, "test.talking");

        var reply = desk.ask("destroy_session", "'session_id':" + session);

        assertThat(reply)
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'t'}"));
        assertThat(client.heard()).as("told to the client").isNull();
        assertThat(api.sessions()).isZero();
        assertThat(api.handles()).isZero();
    }

    @Test
    void timeoutsAreSetForAllAndForOne() {
        var brief = client.newSession();
        var usual = client.newSession();

        assertThat(desk.ask("set_session_timeout", "'timeout':30").path("timeout").asInt())
                .isEqualTo(30);
        assertThat(
                        desk.ask("set_session_timeout", "'timeout':10,'session_id':" + brief)
                                .path("timeout")
                                .asInt())
                .isEqualTo(10);
        assertThat(desk.ask("get_status").at("/status/session_timeout").asInt()).isEqualTo(30);
        api.time.advance(Duration.ofSeconds(12));
        assertThat(longs(desk.ask("list_sessions").path("sessions"))).containsExactly(usual);
        desk.ask("set_session_timeout", "'timeout':0,'session_id':" + usual);
        api.time.advance(Duration.ofDays(1));
        assertThat(api.sessions()).as("sessions that never time out").isEqualTo(1);
        desk.ask("set_session_timeout", "'timeout':-1,'session_id':" + usual);
        api.time.advance(Duration.ofSeconds(4));
        assertThat(api.sessions()).as("back to what holds for all").isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set_session_timeout | 456 | Missing mandatory element (timeout)",
                "set_session_timeout,'timeout':-1 | 467 | Invalid element type (timeout should be a"
                        + " positive integer)",
                "set_session_timeout,'timeout':'5' | 467 | Invalid element type (timeout should be"
                        + " a positive integer)",
                "set_session_timeout,'timeout':1.5 | 467 | Invalid element type (timeout should be"
                        + " a positive integer)",
                "set_log_level,'level':8 | 467 | Invalid element type (level should be an integer"
                        + " between 0 and 7)",
                "set_log_timestamps,'timestamps':1 | 467 | Invalid element type (timestamps should"
                        + " be a boolean)",
                "set_log_colors | 456 | Missing mandatory element (colors)",
                "set_locking_debug | 456 | Missing mandatory element (debug)",
                "set_refcount_debug | 456 | Missing mandatory element (debug)",
                "set_min_nack_queue,'min_nack_queue':true | 467 | Invalid element type"
                        + " (min_nack_queue should be a positive integer)",
                "set_nack_optimizations | 456 | Missing mandatory element (nack_optimizations)",
                "set_no_media_timer | 456 | Missing mandatory element (no_media_timer)",
                "set_slowlink_threshold,'slowlink_threshold':-4 | 467 | Invalid element type"
                        + " (slowlink_threshold should be a positive integer)",
                "accept_new_sessions | 456 | Missing mandatory element (accept)",
                "message_plugin | 456 | Missing mandatory element (plugin)",
                "message_plugin,'plugin':'test.talking' | 456 | Missing mandatory element (request)",
                "message_plugin,'plugin':'test.talking','request':[] | 467 | Invalid element type"
                        + " (request should be an object)",
                "message_plugin,'plugin':'nobody','request':{} | 460 | No such plugin 'nobody'",
                "message_plugin,'plugin':'test.silent','request':{} | 490 | Plugin 'test.silent'"
                        + " takes no messages of operators",
                "query_transport,'transport':'x','request':{} | 460 | No such transport 'x'",
                "query_eventhandler,'handler':'x','request':{} | 460 | No such handler 'x'",
                "query_logger,'logger':'x','request':{} | 460 | No such logger 'x'",
                "custom_event,'schema':'s' | 456 | Missing mandatory element (data)",
                "custom_event,'data':{} | 456 | Missing mandatory element (schema)",
                "custom_logline | 456 | Missing mandatory element (line)",
                "custom_logline,'line':'x','level':9 | 467 | Invalid element type (level should be"
                        + " an integer between 0 and 7)",
                "resolve_address | 456 | Missing mandatory element (address)",
                "resolve_address,'address':'' | 467 | Invalid element type (address should be a"
                        + " non-empty string)",
                "test_stun,'address':'x' | 456 | Missing mandatory element (port)",
                "test_stun,'address':'x','port':65536 | 467 | Invalid element type (port should be"
                        + " a port)",
                "list_tokens | 490 | Stored-Token based authentication disabled",
                "add_token,'token':'x' | 490 | Stored-Token based authentication disabled",
                "remove_token,'token':'x' | 490 | Stored-Token based authentication disabled",
            })
    void whatIsMissingOrOfTheWrongKindIsSaid(String request, int code, String reason) {
        var comma = request.indexOf(',');
        var verb = comma < 0 ? request : request.substring(0, comma);
        var more = comma < 0 ? "" : request.substring(comma + 1);

        assertRefused(desk.ask(verb, more), code, reason);
    }

    @Test
    void settingsAreToldAsTheyWereSet() {
        desk.ask("set_log_level", "'level':5");
        desk.ask("set_no_media_timer", "'no_media_timer':9");
        desk.ask("set_slowlink_threshold", "'slowlink_threshold':12");
        desk.ask("set_min_nack_queue", "'min_nack_queue':500");
        assertThat(desk.ask("set_log_colors", "'colors':true").path("log_colors").asBoolean())
                .isTrue();
        assertThat(
                        desk.ask("set_nack_optimizations", "'nack_optimizations':false")
                                .path("nack-optimizations")
                                .asBoolean(true))
                .isFalse();

        var status = desk.ask("get_status").path("status");

        assertThat(status)
                .isEqualTo(
                        CoreApi.json(
                                "{'token_auth':false,'session_timeout':60,"
                                        + "'reclaim_session_timeout':0,'candidates_timeout':45,"
                                        + "'log_level':5,'log_timestamps':true,'log_colors':true,"
                                        + "'locking_debug':false,'refcount_debug':false,"
                                        + "'nack-optimizations':false,'min_nack_queue':500,"
                                        + "'no_media_timer':9,'slowlink_threshold':12}"));
        assertThat(links.noMediaSeconds()).as("what the media loops go by").isEqualTo(9);
        assertThat(links.slowLinkPackets()).isEqualTo(12);
        assertThat(logLevel).as("what is logged").isEqualTo(5);
    }

    @Test
    void aServerIsDrained() {
        assertThat(desk.ask("accept_new_sessions", "'accept':false").path("accept").asBoolean(true))
                .isFalse();

        assertRefused(
                client.ask("{'janus':'create','transaction':'t'}"),
                472,
                "Currently not accepting new sessions");
        desk.ask("accept_new_sessions", "'accept':true");
        assertThat(client.newSession()).isPositive();
    }

    @Test
    void aPluginAnswersWithoutAHandle() {
        var reply =
                desk.ask("message_plugin", "'plugin':'test.talking','request':{'request':'hello'}");

        assertThat(reply.path("response")).isEqualTo(CoreApi.json("{'heard':'hello'}"));
        assertThat(
                        desk.ask(
                                        "query_transport",
                                        "'transport':'janus.transport.http','request':{}")
                                .at("/response/polls")
                                .asInt())
                .isEqualTo(3);
        assertThat(
                        desk.ask("query_eventhandler", "'handler':'backend','request':{}")
                                .at("/response/queued")
                                .asInt())
                .isEqualTo(1);
        assertThat(desk.ask("loops_info").path("loops").isArray()).isTrue();
    }

    @Test
    void aFaultInAPluginIsAnsweredAndEndsNothing() {
        assertRefused(
                desk.ask("message_plugin", "'plugin':'test.talking','request':{'request':'fail'}"),
                490,
                "Internal error");
        assertThat(desk.ask("get_status").path("janus").asText()).isEqualTo("success");
    }

    @Test
    void anEventOfAnApplicationGoesToWhoIsTold() {
        assertThat(
                        desk.ask("custom_event", "'schema':'mine','data':{'a':1}")
                                .path("janus")
                                .asText())
                .isEqualTo("success");

        assertThat(events).hasSize(1);
        assertThat(events.getFirst().type()).isEqualTo(EventType.EXTERNAL);
        assertThat(events.getFirst().body())
                .isEqualTo(CoreApi.json("{'schema':'mine','data':{'a':1}}"));
        assertThat(
                        desk.ask("custom_logline", "'line':'hello\\nworld','level':2")
                                .path("janus")
                                .asText())
                .isEqualTo("success");
    }

    @Test
    void tokensAreGivenOutAndTakenBack() {
        var closed =
                new CoreApi(
                        GatewaySettings.defaults(),
                        new AuthSettings("", true, "", null),
                        _ -> List.of(new TalkingPlugin(), new SilentPlugin()));
        var tokens = new Desk(adminOf(closed));

        assertThat(tokens.ask("add_token", "'token':'all'").at("/data/plugins"))
                .as("a token without plugins is good for all")
                .hasSize(2);
        assertThat(
                        tokens.ask("add_token", "'token':'one','plugins':['test.silent']")
                                .at("/data/plugins"))
                .isEqualTo(CoreApi.json("['test.silent']"));
        assertThat(
                        tokens.ask("allow_token", "'token':'one','plugins':['test.talking']")
                                .at("/data/plugins"))
                .isEqualTo(CoreApi.json("['test.silent','test.talking']"));
        assertThat(
                        tokens.ask("disallow_token", "'token':'one','plugins':['test.silent']")
                                .at("/data/plugins"))
                .isEqualTo(CoreApi.json("['test.talking']"));
        assertThat(tokens.ask("list_tokens").at("/data/tokens/1"))
                .isEqualTo(CoreApi.json("{'token':'one','allowed_plugins':['test.talking']}"));
        assertThat(tokens.ask("remove_token", "'token':'one'"))
                .isEqualTo(CoreApi.json("{'janus':'success','transaction':'t'}"));
        assertRefused(tokens.ask("remove_token", "'token':'one'"), 470, "Token not found");
        assertRefused(
                tokens.ask("allow_token", "'token':'one','plugins':['test.silent']"),
                470,
                "Token not found");
        assertRefused(
                tokens.ask("allow_token", "'token':'all'"),
                456,
                "Missing mandatory element (plugins)");
        assertRefused(
                tokens.ask("add_token", "'token':'x','plugins':'y'"),
                467,
                "Invalid element type (plugins should be an array)");
        assertRefused(
                tokens.ask("add_token", "'token':'x','plugins':[1]"),
                467,
                "Invalid element type (plugin should be a string)");
        assertRefused(
                tokens.ask("add_token", "'token':'x','plugins':['test.silent','nobody']"),
                460,
                "No such plugin 'nobody'");
        assertThat(tokens.ask("list_tokens").at("/data/tokens"))
                .as("what was refused has left nothing behind")
                .hasSize(1);
        var session = closed.connect().ask("{'janus':'create','token':'all','transaction':'c'}");
        assertThat(session.path("janus").asText()).isEqualTo("success");
        assertThat(tokens.ask("get_status").at("/status/token_auth").asBoolean()).isTrue();
    }

    @Test
    void whoAsksTooOftenIsToldSo() {
        var hurried = new Desk(admin, admin.newBudget());
        var answers = new ArrayList<Integer>();
        for (var i = 0; i < AdminApi.REQUESTS_PER_SECOND * 6; i++) {
            answers.add(
                    hurried.raw("{'janus':'ping','transaction':'t'}").at("/error/code").asInt());
        }

        assertThat(answers.getFirst()).isZero();
        assertThat(answers.getLast()).as("the code of the last answer").isEqualTo(490);
        assertThat(desk.ask("get_status").path("janus").asText())
                .as("what others are answered meanwhile")
                .isEqualTo("success");
    }

    private JsonNode heard() {
        var told = client.heard();
        assertThat(told).as("what the client was told").isNotNull();
        return told == null ? CoreApi.json("{}") : told;
    }

    private static String about(long session, long handle) {
        return "'session_id':" + session + ",'handle_id':" + handle;
    }

    private static List<Long> longs(JsonNode array) {
        var all = new ArrayList<Long>();
        array.forEach(one -> all.add(one.asLong()));
        return all;
    }

    private static List<String> fields(JsonNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void assertRefused(JsonNode answer, int code, String reason) {
        assertThat(answer.path("janus").asText()).as("%s", answer).isEqualTo("error");
        assertThat(answer.at("/error/code").asInt()).as("%s", answer).isEqualTo(code);
        assertThat(answer.at("/error/reason").asText()).isEqualTo(reason);
    }

    private final class Sink implements EventSink {
        @Override
        public boolean wants(EventType type) {
            return type == EventType.EXTERNAL;
        }

        @Override
        public void accept(Event event) {
            events.add(event);
        }
    }

    private static final class LogLevel implements Controls.LogControl {
        @Override
        public int level() {
            return 4;
        }

        @Override
        public void level(int level) {}
    }

    /// An operator and what it was answered.
    private static final class Desk implements Client {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final AdminApi admin;
        private final RequestBudget budget;
        private final Deque<String> answers = new ArrayDeque<>();

        Desk(AdminApi admin) {
            this(admin, RequestBudget.UNLIMITED);
        }

        Desk(AdminApi admin, RequestBudget budget) {
            this.admin = admin;
            this.budget = budget;
        }

        JsonNode raw(String text) {
            admin.onMessage(this, text.replace('\'', '"'));
            assertThat(answers).as("answers to %s", text).hasSize(1);
            try {
                return JSON.readTree(answers.remove());
            } catch (JsonProcessingException e) {
                throw new AssertionError("an answer is no JSON", e);
            }
        }

        JsonNode ask(String verb) {
            return ask(verb, "");
        }

        JsonNode ask(String verb, String more) {
            return raw(
                    "{'janus':'%s','transaction':'t','admin_secret':'%s'%s}"
                            .formatted(verb, SECRET, more.isEmpty() ? "" : "," + more));
        }

        @Override
        public void send(String json) {
            answers.add(json);
        }

        @Override
        public void probe(int waitMillis, Consumer<Boolean> answer) {
            answer.accept(true);
        }

        @Override
        public RequestBudget budget() {
            return budget;
        }

        @Override
        public String remote() {
            return "desk";
        }
    }

    private static Plugin.Description described() {
        return new Plugin.Description("Test", "us", "for tests", 1, "0.0.1");
    }

    /// Tells operators what they ask.
    private static final class TalkingPlugin implements Plugin {
        @Override
        public String name() {
            return "test.talking";
        }

        @Override
        public Description description() {
            return described();
        }

        @Override
        public PluginSession attach(Handle handle) {
            return new TalkingSession(handle);
        }

        @Override
        public ObjectNode onOperatorMessage(ObjectNode message) {
            var said = message.path("request").asText();
            if (said.equals("fail")) {
                throw new IllegalStateException("planted");
            }
            return ((ObjectNode) CoreApi.json("{}")).put("heard", said);
        }
    }

    private static final class SilentPlugin implements Plugin {
        @Override
        public String name() {
            return "test.silent";
        }

        @Override
        public Description description() {
            return described();
        }

        @Override
        public PluginSession attach(Handle handle) {
            return new TalkingSession(handle);
        }
    }

    private static final class TalkingSession implements PluginSession {
        private final Handle handle;

        TalkingSession(Handle handle) {
            this.handle = handle;
        }

        @Override
        public Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep) {
            handle.push(
                    transaction,
                    body,
                    jsep == null ? null : Jsep.answer("v=0 answer", jsep.e2ee()));
            return new Result.Accepted();
        }

        @Override
        public void onHangupAsked(PeerEnd why) {
            handle.notify("hangup", fields -> fields.put("reason", why.apiReason()));
        }

        @Override
        public void onDetached() {}

        @Override
        public ObjectNode describe() {
            return ((ObjectNode) CoreApi.json("{}")).put("mood", "good");
        }
    }
}
