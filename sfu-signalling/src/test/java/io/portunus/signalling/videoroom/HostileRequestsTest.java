// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.portunus.signalling.echotest.EchoTestPlugin;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.sdp.RealOffers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a client sends, it gets an answer, nothing breaks, and nothing of it stays.
class HostileRequestsTest {
    private static final int CASES = 6_000;

    /// A client that goes on for longer begins anew, so that limits are not all that it meets.
    private static final int CASES_OF_ONE_CLIENT = 500;

    private static final Set<String> REPLIES =
            Set.of("success", "error", "ack", "pong", "server_info");

    private static final List<String> BODIES =
            List.of(
                    "{'request':'create','room':%1$d,'publishers':3,'pin':'p','allowed':['a']}",
                    "{'request':'edit','room':1,'new_description':'d','new_publishers':3}",
                    "{'request':'destroy','room':%1$d,'permanent':true}",
                    "{'request':'exists','room':1}",
                    "{'request':'list','offset':0,'limit':5}",
                    "{'request':'listparticipants','room':1}",
                    "{'request':'allowed','room':1,'action':'disable','allowed':['x']}",
                    "{'request':'kick','room':1,'id':5}",
                    "{'request':'moderate','room':1,'id':5,'mid':'0','mute':true}",
                    "{'request':'join','room':1,'ptype':'publisher','id':%1$d,'display':'d',"
                            + "'metadata':{'a':[1]},'descriptions':[{'mid':'0','description':'x'}]}",
                    "{'request':'joinandconfigure','room':1,'ptype':'publisher','bitrate':64000}",
                    "{'request':'publish','audiocodec':'opus','streams':[{'mid':'0','send':true}]}",
                    "{'request':'configure','bitrate':9,'keyframe':true,'audio':true,'mid':'0'}",
                    "{'request':'unpublish'}",
                    "{'request':'leave'}",
                    "{'request':'join','room':1,'ptype':'subscriber',"
                            + "'streams':[{'feed':5,'mid':'0','substream':1,'crossrefid':'c'}]}",
                    "{'request':'join','room':1,'ptype':'subscriber','feed':5}",
                    "{'request':'start'}",
                    "{'request':'pause'}",
                    "{'request':'subscribe','streams':[{'feed':5}]}",
                    "{'request':'unsubscribe','streams':[{'sub_mid':'0'}]}",
                    "{'request':'update','subscribe':[{'feed':5}],'unsubscribe':[{'feed':5}]}",
                    "{'request':'switch','streams':[{'feed':5,'mid':'1','sub_mid':'1'}]}",
                    "{'audio':true,'video':true,'bitrate':5}");

    private static final List<String> VERBS =
            List.of(
                    "{'janus':'info','transaction':'t'}",
                    "{'janus':'create','transaction':'t','id':%1$d}",
                    "{'janus':'keepalive','transaction':'t'}",
                    "{'janus':'claim','transaction':'t'}",
                    "{'janus':'attach','transaction':'t','plugin':'janus.plugin.videoroom',"
                            + "'opaque_id':'o'}",
                    "{'janus':'detach','transaction':'t'}",
                    "{'janus':'hangup','transaction':'t'}",
                    "{'janus':'destroy','transaction':'t'}",
                    "{'janus':'trickle','transaction':'t','candidates':[{'candidate':"
                            + "'candidate:1 1 udp 1 192.0.2.1 9 typ host','sdpMid':'0',"
                            + "'sdpMLineIndex':0},{'completed':true}]}");

    private final CoreApi api = new CoreApi(this::plugins);
    private @Nullable MediaSide mediaSide;

    private List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        mediaSide = side;
        var client = new MediaClient(loop, side);
        side.tellTo(client);
        var rooms = new VideoRoomPlugin(client, loop, VideoRoomSettings.DEFAULT);
        var room = RoomSpecReader.read(JsonNodeFactory.instance.objectNode(), ApiId.of(1), true);
        rooms.open(List.of(room));
        return List.of(rooms, new EchoTestPlugin(client));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everythingIsAnswered(long seed) {
        var random = new Random(seed);
        for (var begun = 0; begun < CASES; begun += CASES_OF_ONE_CLIENT) {
            var client = api.connect();
            var session = client.newSession();
            var handles = new ArrayList<Long>();
            handles.add(client.newHandle(session, "janus.plugin.videoroom"));
            handles.add(client.newHandle(session, "janus.plugin.videoroom"));
            handles.add(client.newHandle(session, "janus.plugin.echotest"));
            for (var i = 0; i < CASES_OF_ONE_CLIENT; i++) {
                var request = request(random, session, handles);
                var text = spoiled(request, random);

                client.say(text);

                assertThat(answers(client)).as("answers to %s", text).isPositive();
                if (random.nextInt(50) == 0 && mediaSide != null) {
                    mediaSide.connectAll();
                }
            }
            assertThat(client.ask("{'janus':'ping','transaction':'p'}").path("janus").asText())
                    .as("the connection after all that")
                    .isEqualTo("pong");
            client.close();
            assertThat(api.sessions()).as("sessions that its client left behind").isZero();
        }
    }

    private static int answers(CoreApi.Peer client) {
        var answers = 0;
        for (var next = client.heard(); next != null; next = client.heard()) {
            assertThat(next.toString())
                    .as("a fault of ours that the client sees")
                    .doesNotContain("Internal error");
            if (REPLIES.contains(next.path("janus").asText())) {
                answers++;
            }
        }
        return answers;
    }

    private static ObjectNode request(Random random, long session, List<Long> handles) {
        var number = random.nextInt(1, 20);
        var isMessage = random.nextInt(4) > 0;
        var templates = isMessage ? BODIES : VERBS;
        var template = templates.get(random.nextInt(templates.size())).formatted(number);
        var json = (ObjectNode) CoreApi.json(template);
        var request =
                isMessage
                        ? (ObjectNode) CoreApi.json("{'janus':'message','transaction':'t'}")
                        : json;
        if (isMessage) {
            request.set("body", json);
            if (random.nextInt(3) == 0) {
                request.putObject("jsep")
                        .put("type", random.nextBoolean() ? "offer" : "answer")
                        .put("sdp", RealOffers.text("chromium-audio-video"));
            }
        }
        request.put("session_id", session);
        if (isMessage || random.nextInt(3) > 0) {
            request.put("handle_id", handles.get(random.nextInt(handles.size())));
        }
        return request;
    }

    private static String spoiled(ObjectNode request, Random random) {
        for (var changes = random.nextInt(3); changes > 0; changes--) {
            spoil(request, random);
        }
        var text = new StringBuilder(request.toString());
        switch (random.nextInt(8)) {
            case 0 -> text.setLength(random.nextInt(text.length()));
            case 1 -> text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(0x250));
            case 2 ->
                    text.insert(
                            random.nextInt(text.length()), "\",:{}[]\\u".charAt(random.nextInt(9)));
            case 3 -> text.insert(1, "\"janus\":\"ping\",");
            case 4 -> text.insert(0, "[".repeat(random.nextInt(3_000)));
            default -> {
                // Well-formed, whatever it says.
            }
        }
        return text.toString();
    }

    /// Puts something else in the place of any node.
    private static void spoil(JsonNode tree, Random random) {
        var places = new ArrayList<Runnable>();
        collect(tree, random, places);
        if (!places.isEmpty()) {
            places.get(random.nextInt(places.size())).run();
        }
    }

    private static void collect(JsonNode node, Random random, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            for (var entry : object.properties()) {
                places.add(() -> entry.setValue(anything(random)));
                collect(entry.getValue(), random, places);
            }
        } else if (node instanceof ArrayNode array) {
            for (var i = 0; i < array.size(); i++) {
                var index = i;
                places.add(() -> array.set(index, anything(random)));
                collect(array.get(i), random, places);
            }
        }
    }

    private static JsonNode anything(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> NullNode.getInstance();
            case 1 -> BooleanNode.valueOf(random.nextBoolean());
            case 2 -> LongNode.valueOf(random.nextLong());
            case 3 -> LongNode.valueOf(1L << random.nextInt(63));
            case 4 -> LongNode.valueOf(-random.nextInt(5));
            case 5 -> DoubleNode.valueOf(random.nextGaussian() * 1e300);
            case 6 -> TextNode.valueOf("");
            case 7 -> TextNode.valueOf("x".repeat(random.nextInt(100_000)));
            case 8 -> TextNode.valueOf("\u0000\ud800\n\"");
            case 9 -> JsonNodeFactory.instance.arrayNode().addNull().add(1).addObject();
            case 10 -> JsonNodeFactory.instance.objectNode().putNull("room").put("mid", 5);
            default -> nested(random.nextInt(300));
        };
    }

    private static JsonNode nested(int depth) {
        JsonNode node = NullNode.getInstance();
        for (var i = 0; i < depth; i++) {
            node = JsonNodeFactory.instance.objectNode().set("a", node);
        }
        return node;
    }
}
