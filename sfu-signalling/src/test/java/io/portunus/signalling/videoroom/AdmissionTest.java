// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.auth.JwtKeys;
import io.portunus.signalling.auth.JwtSettings;
import io.portunus.signalling.auth.Signer;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who gets into a room with which token.
class AdmissionTest {
    private static final String PLUGIN = "janus.plugin.videoroom";
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    /// A day after all that happens here.
    private static final long END = 1_780_086_400;

    private final CoreApi api =
            new CoreApi(
                    GatewaySettings.defaults(),
                    new AuthSettings(
                            "sesame",
                            false,
                            "signs",
                            new JwtSettings(JwtKeys.ofSecret(KEY), "", "", 0)),
                    AdmissionTest::plugins);
    private final CoreApi.Peer client = api.connect();

    private static List<Plugin> plugins(SignallingLoop loop) {
        var side = new MediaSide(loop);
        var media = new MediaClient(loop, side);
        side.tellTo(media);
        return List.of(new VideoRoomPlugin(media, loop, VideoRoomSettings.DEFAULT));
    }

    @ParameterizedTest(name = "{0} for room {1} as {2}: {3}")
    @CsvSource({
        "nothing,        5, publisher,  433",
        "good,           5, publisher,  0",
        "good,           5, subscriber, 428",
        "another room,   5, publisher,  433",
        "another room,   5, subscriber, 433",
        "core,           5, publisher,  433",
        "old,            5, publisher,  433",
        "forged,         5, publisher,  433",
        "jwt,            5, publisher,  0",
        "jwt other room, 5, publisher,  433",
        "jwt subscribe,  5, publisher,  433",
        "jwt subscribe,  5, subscriber, 428",
        "jwt echo,       5, publisher,  433",
        "nothing,        6, publisher,  0",
    })
    void aRoomWithSignedTokensAsksForOneThatIsForIt(String token, int room, String type, int code) {
        var handle = handle("'apisecret':'sesame'");
        ask(handle, "'apisecret':'sesame'", "{'request':'create','room':5,'signed_tokens':true}");
        ask(handle, "'apisecret':'sesame'", "{'request':'create','room':6}");

        var joined =
                ask(
                        handle,
                        "'apisecret':'sesame'",
                        "{'request':'join','room':"
                                + room
                                + ",'ptype':'"
                                + type
                                + "',"
                                + token(token)
                                + "'streams':[{'feed':9}]}");

        // Subscribers come as far as to the feed, which is not there.
        assertThat(joined.path("error_code").asInt()).as("%s", joined).isEqualTo(code);
    }

    @ParameterizedTest(name = "a JWT that says {0}: joins room {1} as {2}: {3}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    'room':5                              ; 5 ; publisher  ; 0
                    'room':'5'                            ; 5 ; publisher  ; 0
                    'room':6                              ; 5 ; publisher  ; 433
                    'rooms':[6,5]                         ; 5 ; publisher  ; 0
                    'role':'publish'                      ; 5 ; publisher  ; 0
                    'role':'publish'                      ; 5 ; subscriber ; 433
                    'role':'subscribe'                    ; 5 ; publisher  ; 433
                    'role':['subscribe','publish']        ; 5 ; publisher  ; 0
                    'rooms':[]                            ; 5 ; publisher  ; 433
                    """)
    void whatTheRequestIsAllowedToDoCountsInEveryRoom(
            String claims, int room, String type, int code) {
        var keeper = handle("'apisecret':'sesame'");
        ask(keeper, "'apisecret':'sesame'", "{'request':'create','room':5}");
        ask(keeper, "'apisecret':'sesame'", "{'request':'create','room':6}");
        var credential =
                "'token':'"
                        + Signer.jwt(KEY, ("{'exp':" + END + "," + claims + "}").replace('\'', '"'))
                        + "'";

        var joined =
                ask(
                        handle(credential),
                        credential,
                        "{'request':'join','room':"
                                + room
                                + ",'ptype':'"
                                + type
                                + "','streams':[{'feed':9}]}");

        assertThat(joined.path("error_code").asInt()).as("%s", joined).isEqualTo(code);
        if (code == 0) {
            assertThat(joined.path("videoroom").asText()).isEqualTo("joined");
        }
    }

    @ParameterizedTest(name = "a JWT that says {0} asks for {1}: {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    'role':'publish'                ; 'request':'kick','room':5,'id':1           ; 433
                    'role':'publish'                ; 'request':'destroy','room':5               ; 433
                    'role':'publish'                ; 'request':'edit','room':5                  ; 433
                    'role':'publish'                ; 'request':'create','room':7                ; 433
                    'role':'publish'                ; 'request':'allowed','room':5,'action':'enable' ; 433
                    'role':'publish'                ; 'request':'listparticipants','room':5      ; 0
                    'role':'moderate','room':6      ; 'request':'destroy','room':5               ; 433
                    'role':'moderate','room':5      ; 'request':'kick','room':5,'id':1           ; 428
                    'role':'moderate','room':5      ; 'request':'edit','room':5                  ; 0
                    'role':'moderate','room':5      ; 'request':'destroy','room':5               ; 0
                    'role':'moderate'               ; 'request':'create','room':7                ; 0
                    'room':5                        ; 'request':'destroy','room':5               ; 433
                    """)
    void onlyAModeratorsTokenRunsARoom(String claims, String request, int code) {
        var keeper = handle("'apisecret':'sesame'");
        ask(keeper, "'apisecret':'sesame'", "{'request':'create','room':5}");
        var credential =
                "'token':'"
                        + Signer.jwt(KEY, ("{'exp':" + END + "," + claims + "}").replace('\'', '"'))
                        + "'";

        var answer = ask(handle(credential), credential, "{" + request + "}");

        assertThat(answer.path("error_code").asInt()).as("%s", answer).isEqualTo(code);
    }

    private static String token(String kind) {
        var token =
                switch (kind) {
                    case "good" -> Signer.sign("signs", END + "," + PLUGIN + ",room=5");
                    case "another room" -> Signer.sign("signs", END + "," + PLUGIN + ",room=6");
                    case "core" -> Signer.sign("signs", END + ",janus,room=5");
                    case "old" -> Signer.sign("signs", "1700000000," + PLUGIN + ",room=5");
                    case "forged" -> Signer.sign("forge", END + "," + PLUGIN + ",room=5");
                    case "jwt" -> Signer.jwt(KEY, "{\"exp\":" + END + ",\"room\":5}");
                    case "jwt other room" -> Signer.jwt(KEY, "{\"exp\":" + END + ",\"room\":6}");
                    case "jwt subscribe" ->
                            Signer.jwt(
                                    KEY, "{\"exp\":" + END + ",\"room\":5,\"role\":\"subscribe\"}");
                    case "jwt echo" ->
                            Signer.jwt(
                                    KEY,
                                    "{\"exp\":" + END + ",\"plugin\":\"janus.plugin.echotest\"}");
                    default -> "";
                };
        return token.isEmpty() ? "" : "'token':'" + token + "',";
    }

    private long handle(String credential) {
        var session =
                client.ask("{'janus':'create','transaction':'c'," + credential + "}")
                        .path("data")
                        .path("id")
                        .asLong();
        var attached =
                client.ask(
                        "{'janus':'attach','plugin':'"
                                + PLUGIN
                                + "','transaction':'a','session_id':"
                                + session
                                + ","
                                + credential
                                + "}");
        sessionOf = session;
        return attached.path("data").path("id").asLong();
    }

    private long sessionOf;

    /// The plugin data of the answer, or of the event that follows the ack.
    private JsonNode ask(long handle, String credential, String body) {
        var request =
                (ObjectNode)
                        CoreApi.json("{'janus':'message','transaction':'m'," + credential + "}");
        request.put("session_id", sessionOf).put("handle_id", handle);
        request.set("body", CoreApi.json(body));
        var answer = client.ask(request.toString());
        var last =
                answer.path("janus").asText().equals("ack")
                        ? Objects.requireNonNull(client.heard(), "no event behind the ack")
                        : answer;
        return last.path("plugindata").path("data");
    }
}
