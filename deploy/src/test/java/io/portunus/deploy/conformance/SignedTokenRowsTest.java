// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static io.portunus.deploy.conformance.Scene.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.RunningServer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Row 29, signed tokens: one lets its bearer attach to a plugin, another one into a room, with ids
/// of either kind.
@ParameterizedClass(name = "{0} ids")
@EnumSource
@Timeout(60)
class SignedTokenRowsTest {
    private static final String KEY = "key";
    private static final String VIDEOROOM = "janus.plugin.videoroom";
    private static final String ECHO = "janus.plugin.echotest";

    private static @Nullable RunningServer server;

    private final Scene room;

    SignedTokenRowsTest(IdKind ids) {
        room =
                new Scene(Objects.requireNonNull(server), ids)
                        .withToken(SignedToken.good(KEY, "janus," + VIDEOROOM));
    }

    @BeforeParameterizedClassInvocation
    static void start(IdKind ids) {
        server =
                RunningServer.start(
                        Map.of(
                                "VIDEOROOM_STRING_IDS",
                                String.valueOf(ids == IdKind.STRING),
                                "AUTH_TOKEN_AUTH_SECRET",
                                KEY));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        Objects.requireNonNull(server).close();
    }

    @AfterEach
    void leave() {
        room.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a token for the room,              true",
        "a token for several rooms,         true",
        "no token,                          false",
        "a token that has expired,          false",
        "a token for another room,          false",
        "a token for a longer id,           false",
        "a token for no room,               false",
        "a token for another plugin,        false",
        "a token that attaches to plugins,  false",
        "a token of somebody else,          false",
        "a token that was changed,          false",
        "a text that is no token,           false",
    })
    @DisplayName(
            "row 29: a room with signed tokens lets in whoever has one for it, and nobody else")
    void row29ARoomWithSignedTokensAsksForOneThatIsForIt(String what, boolean enters) {
        room.create(",'signed_tokens':true");
        var feed = room.participant("#1", element("a token for the room"));
        feed.publish("{'request':'publish'}");
        var more = element(what);

        for (var join :
                new String[] {
                    "'ptype':'publisher','id':#2", "'ptype':'subscriber','streams':[{'feed':#1}]"
                }) {
            var person = room.person();
            var answer = person.ask("{'request':'join','room':ROOM," + join + more + "}");
            if (enters) {
                assertThat(answer.path("videoroom").asText())
                        .as("%s: %s", join, answer)
                        .isIn("joined", "attached");
            } else {
                assertThat(answer).isEqualTo(error(433, "Unauthorized (wrong token)"));
                person.isToldNothing("who was not let in, besides");
            }
        }
        feed.isToldNothing("who is there");
        assertThat(feed.ask("{'request':'listparticipants','room':ROOM}").path("participants"))
                .as("who is in the room")
                .hasSize(enters ? 2 : 1);
    }

    private String element(String what) {
        var id = room.fillText("ROOM");
        var good = SignedToken.good(KEY, VIDEOROOM + ",room=" + id);
        return switch (what) {
            case "no token" -> "";
            case "a token for several rooms" ->
                    token(SignedToken.good(KEY, VIDEOROOM + ",room=x,room=" + id + ",other"));
            case "a token that has expired" ->
                    token(SignedToken.expired(KEY, VIDEOROOM + ",room=" + id));
            case "a token for another room" -> token(SignedToken.good(KEY, VIDEOROOM + ",room=x"));
            case "a token for a longer id" ->
                    token(SignedToken.good(KEY, VIDEOROOM + ",room=" + id + "0"));
            case "a token for no room" -> token(SignedToken.good(KEY, VIDEOROOM));
            case "a token for another plugin" -> token(SignedToken.good(KEY, ECHO + ",room=" + id));
            case "a token that attaches to plugins" ->
                    token(SignedToken.good(KEY, "janus," + VIDEOROOM + ",room=" + id));
            case "a token of somebody else" ->
                    token(SignedToken.good("other key", VIDEOROOM + ",room=" + id));
            case "a token that was changed" ->
                    token(
                            SignedToken.good(KEY, VIDEOROOM + ",room=x")
                                    .replace("room=x", "room=" + id));
            case "a text that is no token" -> token(id);
            default -> token(good);
        };
    }

    private static String token(String text) {
        return ",'token':'" + text + "'";
    }

    @Test
    @DisplayName("row 29: a room without signed tokens asks for none, whatever the core asks for")
    void row29ARoomWithoutSignedTokensAsksForNone() {
        room.create("");

        assertThat(room.participant("#1").joined().path("videoroom").asText()).isEqualTo("joined");
        assertThat(
                        room.participant("#2", ",'token':'nonsense'")
                                .joined()
                                .path("videoroom")
                                .asText())
                .isEqualTo("joined");
    }

    @Test
    @DisplayName("row 29: a signed token attaches to the plugins that it names, and to no other")
    void row29ASignedTokenAttachesToThePluginsThatItNames() {
        var address = Objects.requireNonNull(server).address();
        for (var granted : new String[] {VIDEOROOM, ECHO, VIDEOROOM + "," + ECHO, ""}) {
            var claims = granted.isEmpty() ? "janus" : "janus," + granted;
            try (var wire = new Wire(address, SignedToken.good(KEY, claims))) {
                var session = wire.newSession();
                for (var plugin : new String[] {VIDEOROOM, ECHO}) {
                    assertAttaches(wire, session, plugin, granted.contains(plugin));
                }
            }
        }
        for (var token :
                new String[] {
                    "",
                    SignedToken.expired(KEY, "janus," + VIDEOROOM),
                    SignedToken.good("other key", "janus," + VIDEOROOM),
                    SignedToken.good(KEY, VIDEOROOM + ",room=1"),
                }) {
            try (var wire = new Wire(address, token)) {
                assertThat(wire.request(Wire.object("{'janus':'create'}")).path("error"))
                        .as("a session for %s", token)
                        .isEqualTo(
                                Wire.json(
                                        "{'code':403,'reason':'Unauthorized request (wrong or missing"
                                                + " secret/token)'}"));
            }
        }
    }

    private static void assertAttaches(Wire wire, long session, String plugin, boolean may) {
        var answer =
                wire.request(
                        Wire.object("{'janus':'attach'}")
                                .put("plugin", plugin)
                                .put("session_id", session));
        if (!may) {
            assertThat(answer.path("error"))
                    .isEqualTo(
                            Wire.object("{'code':405}")
                                    .put(
                                            "reason",
                                            "Provided token can't access plugin '" + plugin + "'"));
        }
        assertThat(answer.path("data").has("id")).as("%s", answer).isEqualTo(may);
    }
}
