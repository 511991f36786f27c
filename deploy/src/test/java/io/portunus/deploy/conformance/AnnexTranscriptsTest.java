// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.deploy.RunningServer;
import io.portunus.deploy.testkit.ScriptedMedia;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The model transcripts of the reference, field by field against the running server. What they
/// have of layers is not there yet, and what of SDP the clients here do not offer (forward error
/// correction, most header extensions) is in the transcripts of sfu-signalling.
@Timeout(60)
class AnnexTranscriptsTest {
    private static RunningServer server;

    private long session;
    private long handle;

    @BeforeAll
    static void start() {
        // Nobody here sends so much that it could stop.
        server =
                RunningServer.start(
                        Map.of("HTTP_POLL_SECONDS", "1", "MEDIA_NO_MEDIA_TIMER", "3600"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("Annex A.1: session, attach, keep-alive, failures")
    void sessionAttachKeepAliveFailures() {
        try (var client = new Wire(server.address())) {
            var info = client.ask("{'janus':'info','transaction':'t0'}");
            assertThat(info.path("janus").asText()).isEqualTo("server_info");
            assertThat(info.path("transaction").asText()).isEqualTo("t0");
            assertThat(info.path("version").asInt()).isEqualTo(1402);
            assertThat(info.path("version_string").asText()).isEqualTo("1.4.2");
            assertThat(info.at("/plugins/janus.plugin.videoroom").properties()).hasSize(5);
            assertThat(info.has("session_id")).isFalse();

            var created = client.ask("{'janus':'create','transaction':'t1'}");
            session = created.at("/data/id").asLong();
            assertThat(created)
                    .isEqualTo(json("{'janus':'success','transaction':'t1','data':{'id':5551}}"));
            var attached =
                    client.ask(
                            fill(
                                    "{'janus':'attach','plugin':'janus.plugin.videoroom','opaque_id':'me-1','session_id':5551,'transaction':'t2'}"));
            handle = attached.at("/data/id").asLong();
            assertThat(attached)
                    .isEqualTo(
                            json(
                                    "{'janus':'success','session_id':5551,'transaction':'t2','data':{'id':7001}}"));
            play(
                    client,
                    """
                    > {'janus':'keepalive','session_id':5551,'transaction':'t3'}
                    < {'janus':'ack','session_id':5551,'transaction':'t3'}
                    > {'janus':'attach','plugin':'nope','session_id':5551,'transaction':'t4'}
                    < {'janus':'error','session_id':5551,'transaction':'t4','error':{'code':460,'reason':"No such plugin 'nope'\"}}
                    > {'janus':'keepalive','session_id':42,'transaction':'t5'}
                    < {'janus':'error','session_id':42,'transaction':'t5','error':{'code':458,'reason':'No such session 42'}}
                    > {'janus':'message','session_id':5551,'handle_id':9,'transaction':'t6','body':{}}
                    < {'janus':'error','session_id':5551,'transaction':'t6','error':{'code':459,'reason':'No such handle 9 in session 5551'}}
                    > {'janus':'message','session_id':5551,'handle_id':7001,'transaction':'t7'}
                    < {'janus':'error','session_id':5551,'transaction':'t7','error':{'code':456,'reason':'Missing mandatory element (body)'}}
                    > {'janus':'dance','session_id':5551,'transaction':'t8'}
                    < {'janus':'error','session_id':5551,'transaction':'t8','error':{'code':453,'reason':"Unknown request 'dance'\"}}
                    > {'janus':'dance','transaction':'t9'}
                    < {'janus':'error','transaction':'t9','error':{'code':457,'reason':"Unhandled request 'dance' at this path\"}}
                    > {'janus':'create'}
                    < {'janus':'error','error':{'code':456,'reason':'Missing mandatory element (transaction)'}}
                    """);
            var malformed = (ObjectNode) client.ask("{oops");
            var error = (ObjectNode) malformed.path("error");
            assertThat(error.remove("reason").asText()).startsWith("Invalid Janus API request - ");
            assertThat(malformed).isEqualTo(json("{'janus':'error','error':{'code':454}}"));
            client.isQuiet();
        }
    }

    @Test
    @DisplayName("Annex A.2: synchronous requests of VideoRoom")
    void synchronousRequests() {
        try (var client = new Wire(server.address())) {
            session = client.newSession();
            handle = client.newHandle(session, "janus.plugin.videoroom");
            play(
                    client,
                    """
                    > a1 {'request':'create','room':4321,'publishers':6,'secret':'s3','videocodec':'vp8,h264'}
                    < a1 {'videoroom':'created','room':4321,'permanent':false}
                    > a2 {'request':'create','room':4321}
                    < a2 {'videoroom':'event','error_code':427,'error':'Room 4321 already exists'}
                    > a3 {'request':'destroy','room':4321}
                    < a3 {'videoroom':'event','error_code':429,'error':'Missing mandatory element (secret)'}
                    > a4 {'request':'destroy','room':4321,'secret':'bad'}
                    < a4 {'videoroom':'event','error_code':433,'error':'Unauthorized (wrong secret)'}
                    > a5 {'request':'exists','room':999}
                    < a5 {'videoroom':'success','room':999,'exists':false}
                    > a6 {'request':'listparticipants','room':4321}
                    < a6 {'videoroom':'participants','room':4321,'participants':[]}
                    """);
            client.isQuiet();
        }
    }

    @Test
    @DisplayName("Annex A.3: a publisher")
    void aPublisher() {
        try (var room = new Scene(server, IdKind.NUMERIC)) {
            room.create("");
            var bob = named(room, "80", "Bob");
            var ann = named(room, "81", "Ann");
            var joined = ann.joined().deepCopy();
            assertThat(joined.remove("private_id").asLong()).isBetween(0L, (1L << 32) - 1);
            joined.remove("description");
            assertThat(joined)
                    .isEqualTo(
                            room.json(
                                    """
                                    {'videoroom':'joined','room':ROOM,'id':#81,'publishers':[
                                      {'id':#80,'display':'Bob','audio_codec':'opus','video_codec':'vp8','streams':[
                                        {'type':'audio','mindex':0,'mid':'0','codec':'opus'},
                                        {'type':'video','mindex':1,'mid':'1','codec':'vp8'}]}]}
                                    """));

            trickles(
                    ann,
                    "{'candidate':'candidate:1 1 udp 2122 10.0.0.9 51000 typ host',"
                            + "'sdpMid':'0','sdpMLineIndex':0}");
            assertThat(ann.offer("{'request':'configure','audio':true,'video':true}"))
                    .isEqualTo(
                            room.json(
                                    """
                                    {'videoroom':'event','room':ROOM,'configured':'ok','audio_codec':'opus','video_codec':'vp8','streams':[
                                      {'type':'audio','mindex':0,'mid':'0','codec':'opus'},
                                      {'type':'video','mindex':1,'mid':'1','codec':'vp8'}]}
                                    """));
            trickles(ann, "{'completed':true}");
            ann.connect();
            ann.awaitUp();
            assertThat(bob.told())
                    .isEqualTo(
                            room.json(
                                    """
                                    {'videoroom':'event','room':ROOM,'publishers':[
                                      {'id':#81,'display':'Ann','audio_codec':'opus','video_codec':'vp8','streams':[
                                        {'type':'audio','mindex':0,'mid':'0','codec':'opus'},
                                        {'type':'video','mindex':1,'mid':'1','codec':'vp8'}]}]}
                                    """));
            for (var mid : new String[] {"0", "1"}) {
                ann.send(ann.stream(mid), 0);
                assertThat(ann.notified())
                        .isEqualTo(
                                ann.notification("media")
                                        .put("mid", mid)
                                        .put("type", mid.equals("0") ? "audio" : "video")
                                        .put("receiving", true));
            }
            assertThat(ann.described().text())
                    .as("Annex A.6: an answer to a publisher")
                    .containsSubsequence(
                            "a=group:BUNDLE 0 1\r\n",
                            "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n",
                            "a=recvonly\r\na=mid:0\r\na=rtcp-mux\r\n",
                            "a=rtpmap:109 opus/48000/2\r\n",
                            "a=candidate:",
                            "a=end-of-candidates\r\n",
                            "m=video 9 UDP/TLS/RTP/SAVPF 120 121\r\n",
                            "a=recvonly\r\na=mid:1\r\na=rtcp-mux\r\n",
                            "a=rtpmap:120 VP8/90000\r\n",
                            "a=rtpmap:121 rtx/90000\r\na=fmtp:121 apt=120\r\n")
                    .contains(
                            "a=ice-options:trickle\r\n",
                            "a=fingerprint:sha-256 ",
                            "a=msid-semantic:",
                            "a=ice-ufrag:",
                            "a=ice-pwd:",
                            "a=setup:passive\r\n",
                            "a=rtcp-fb:120 ccm fir\r\n",
                            "a=rtcp-fb:120 nack\r\n",
                            "a=rtcp-fb:120 nack pli\r\n");
            ann.isToldNothing("besides");
        }
    }

    @Test
    @DisplayName("Annex A.4: a subscriber, its updates, its leaving")
    void aSubscriber() {
        try (var room = new Scene(server, IdKind.NUMERIC)) {
            room.create("");
            var bob = named(room, "80", "Bob");
            named(room, "82", "Zoe").publish("{'request':'publish'}");
            var viewer = room.person();

            assertThat(
                            viewer.subscribe(
                                    "{'request':'join','room':ROOM,'ptype':'subscriber','streams':[{'feed':#80}],'private_id':"
                                            + bob.joined().path("private_id")
                                            + "}"))
                    .isEqualTo(
                            room.json(
                                    """
                                    {'videoroom':'attached','room':ROOM,'streams':[
                                      {'type':'audio','active':true,'mindex':0,'mid':'0','ready':false,'send':true,'feed_id':#80,'feed_display':'Bob','feed_mid':'0','codec':'opus'},
                                      {'type':'video','active':true,'mindex':1,'mid':'1','ready':false,'send':true,'feed_id':#80,'feed_display':'Bob','feed_mid':'1','codec':'vp8'}]}
                                    """));
            assertThat(viewer.described().text())
                    .as("Annex A.6: a first offer to a subscriber")
                    .containsSubsequence(
                            "a=group:BUNDLE 0 1\r\n",
                            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
                            "a=sendonly\r\na=mid:0\r\n",
                            "a=setup:actpass\r\n",
                            "a=msid:janus janus0\r\n",
                            " cname:janus\r\n",
                            "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n",
                            "a=sendonly\r\na=mid:1\r\n",
                            "a=msid:janus janus1\r\n",
                            "a=ssrc-group:FID ",
                            " cname:janus\r\n",
                            " cname:janus\r\n")
                    .contains(
                            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n",
                            "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n",
                            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n",
                            "a=extmap:12 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n",
                            "a=extmap:13 urn:3gpp:video-orientation\r\n");
            viewer.start();
            viewer.connect();
            viewer.awaitUp();
            assertThat(viewer.ask("{'request':'configure','mid':'1','substream':0,'temporal':1}"))
                    .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'configured':'ok'}"));
            assertThat(
                            viewer.subscribe(
                                    "{'request':'update','subscribe':[{'feed':#82,'mid':'1'}],'unsubscribe':[{'feed':#80,'mid':'0'}]}"))
                    .isEqualTo(
                            updated(
                                    room,
                                    "'active':true,'ready':false",
                                    ",'feed_id':#82,'feed_display':'Zoe','feed_mid':'1','codec':'vp8'"));
            assertThat(viewer.ask("{'request':'update','unsubscribe':[{'feed':#82}]}"))
                    .isEqualTo(room.json("{'videoroom':'updating','room':ROOM}"));
            viewer.start();
            // The client has taken the section in its answer, although it was empty by then.
            assertThat(viewer.told()).isEqualTo(updated(room, "'active':false,'ready':true", ""));
            viewer.start();
            assertThat(viewer.ask("{'request':'leave'}"))
                    .isEqualTo(room.json("{'videoroom':'event','room':ROOM,'left':'ok'}"));
            assertThat(viewer.notified())
                    .isEqualTo(viewer.notification("hangup").put("reason", "Close PC"));
            viewer.isToldNothing("besides");
        }
    }

    /// @param third what is told of the third section, and of what feeds it
    private static ObjectNode updated(Scene room, String third, String feed) {
        return room.json(
                """
                {'videoroom':'updated','room':ROOM,'streams':[
                  {'type':'audio','active':false,'mindex':0,'mid':'0','ready':false,'send':true},
                  {'type':'video','active':true,'mindex':1,'mid':'1','ready':true,'send':true,'feed_id':#80,'feed_display':'Bob','feed_mid':'1','codec':'vp8'},
                  {'type':'video',%s,'mindex':2,'mid':'2','send':true%s}]}
                """
                        .formatted(third, feed));
    }

    @Test
    @DisplayName("Annex A.5: long polls over HTTP")
    void longPolls() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            session =
                    post(http, "", "{'janus':'create','transaction':'c'}").at("/data/id").asLong();
            handle =
                    post(
                                    http,
                                    "/5551",
                                    "{'janus':'attach','plugin':'janus.plugin.videoroom','transaction':'a'}")
                            .at("/data/id")
                            .asLong();
            assertThat(Wire.json(get(http, "/5551?rid=17&maxev=10").body()))
                    .isEqualTo(json("[{'janus':'keepalive'}]"));
            for (var query : new String[] {"?rid=18&maxev=10", ""}) {
                assertThat(
                                post(
                                        http,
                                        "/5551/7001",
                                        "{'janus':'message','transaction':'h1','body':{'request':'leave'}}"))
                        .isEqualTo(json("{'janus':'ack','session_id':5551,'transaction':'h1'}"));
                var event =
                        "{'janus':'event','session_id':5551,'transaction':'h1','sender':7001,'plugindata':{"
                                + "'plugin':'janus.plugin.videoroom','data':{'videoroom':'event','error_code':424,"
                                + "'error':'Invalid request on unconfigured participant'}}}";
                assertThat(Wire.json(get(http, "/5551" + query).body()))
                        .as("polled with '%s'", query)
                        .isEqualTo(json(query.isEmpty() ? event : "[" + event + "]"));
            }
            var unknown = get(http, "/99999");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).isEmpty();
        }
    }

    /// Somebody who has joined under a name; the one called Bob publishes.
    private static Person named(Scene room, String id, String name) {
        var person = room.participant("#" + id, ",'display':'" + name + "'");
        person.streams().clear();
        person.streams().put("0", ScriptedMedia.opus(109, 0xA000_0000L + Long.parseLong(id)));
        person.streams().put("1", ScriptedMedia.vp8(120, 0xB000_0000L + Long.parseLong(id)));
        if (name.equals("Bob")) {
            person.publish("{'request':'publish'}");
        }
        return person;
    }

    private static void trickles(Person person, String candidate) {
        var request = person.request("trickle");
        request.set("candidate", Wire.json(candidate));
        person.wire().send(request);
        assertThat(person.wire().next())
                .isEqualTo(
                        Wire.object("{'janus':'ack','transaction':'t'}")
                                .put("session_id", person.session()));
    }

    /// Says each line that begins with `>` and compares the next message with the line that begins
    /// with `<`. A line with a transaction and a body stands for the message around it.
    private void play(Wire client, String transcript) {
        for (var line : transcript.lines().toList()) {
            var what = line.substring(2);
            if (line.startsWith(">")) {
                client.say(fill(what.startsWith("{") ? what : request(what)));
            } else {
                assertThat(client.next())
                        .isEqualTo(json(what.startsWith("{") ? what : reply(what)));
            }
        }
    }

    private static String request(String line) {
        var parts = line.split(" ", 2);
        return "{'janus':'message','session_id':5551,'handle_id':7001,'transaction':'"
                + parts[0]
                + "','body':"
                + parts[1]
                + "}";
    }

    private static String reply(String line) {
        var parts = line.split(" ", 2);
        return "{'janus':'success','session_id':5551,'transaction':'"
                + parts[0]
                + "','sender':7001,'plugindata':{'plugin':'janus.plugin.videoroom','data':"
                + parts[1]
                + "}}";
    }

    private JsonNode json(String text) {
        return Wire.json(fill(text));
    }

    /// With the ids that the server has given for those of the reference.
    private String fill(String text) {
        return text.replace("5551", Long.toString(session)).replace("7001", Long.toString(handle));
    }

    private JsonNode post(HttpClient http, String path, String body) {
        return Wire.json(
                send(
                                http,
                                HttpRequest.newBuilder(address(path))
                                        .POST(BodyPublishers.ofString(body.replace('\'', '"'))))
                        .body());
    }

    private HttpResponse<String> get(HttpClient http, String path) {
        return send(http, HttpRequest.newBuilder(address(path)));
    }

    private URI address(String path) {
        return URI.create(server.server().pageAddress() + "janus" + fill(path));
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer", e);
        }
    }
}
