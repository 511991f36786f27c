// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static io.portunus.core.testkit.FuzzTarget.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.core.testkit.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages of one client, one behind the other with a line `--` between them: each request is
/// answered, a refused one changes nothing, the connection goes on, and nobody else notices.
///
/// In the texts the ids [#SESSION] and [#HANDLE] stand for those of the client.
class EnvelopeFuzzTest {
    private static final int MUTATIONS = 4_000;
    private static final int MAX_MESSAGES = 16;
    private static final String SESSION = "1111111111111111";
    private static final String HANDLE = "2222222222222222";

    /// What a refusal may say besides what it repeats of its request, in characters.
    private static final int MAX_REASON = 200;

    @Test
    void everyMessageIsAnsweredAndWhatIsRefusedChangesNothing() {
        FuzzTarget.replayTexts(
                EnvelopeFuzzTest.class,
                "envelope",
                MUTATIONS,
                EnvelopeFuzzTest::fuzzerTestOneInput);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget.bounded(
                input, bytes -> new Scene().play(new String(bytes, StandardCharsets.UTF_8)));
    }

    /// One server with the client that is fuzzed and one that only listens.
    private static final class Scene {
        private final CoreApi api = LimitsTest.api(100, 100, 0);
        private final CoreApi.Peer bystander = api.connect();
        private final long theirSession = bystander.newSession();
        private final long theirHandle = bystander.newHandle(theirSession);
        private final CoreApi.Peer client = api.connect();
        private final String session = Long.toString(client.newSession());
        private final String handle = Long.toString(client.newHandle(Long.parseLong(session)));

        void play(String text) {
            for (var one : text.split("(^|\n)--\r?\n", MAX_MESSAGES)) {
                message(one.replace(SESSION, session).replace(HANDLE, handle));
            }
            bystanderIsWell();
            client.post("{\"janus\":\"ping\",\"transaction\":\"p\"}");
            var pong = client.heard();
            require(
                    pong != null && pong.path("janus").asText().equals("pong"),
                    () -> "the connection does not go on: " + pong);
        }

        private void message(String text) {
            var requests = requests(text);
            var sessions = api.sessions();
            var handles = api.handles();
            client.post(text);
            api.time.run();
            var heard = heard();
            require(
                    heard.size() >= Math.max(requests, 1),
                    () -> heard.size() + " answers to " + requests + " requests: " + heard);
            for (var answer : heard) {
                require(answer.path("janus").isTextual(), () -> "no answer: " + answer);
                if (answer.path("janus").asText().equals("error")) {
                    explained(answer.path("error"), text);
                }
            }
            if (heard.getFirst().path("janus").asText().equals("error") && requests <= 1) {
                require(heard.size() == 1, () -> "more than a refusal: " + heard);
                require(
                        api.sessions() == sessions && api.handles() == handles,
                        () -> "refused, and yet it changed what there is: " + heard);
            }
        }

        private List<JsonNode> heard() {
            var all = new ArrayList<JsonNode>();
            for (var next = client.heard(); next != null; next = client.heard()) {
                all.add(next);
            }
            return all;
        }

        private void bystanderIsWell() {
            require(bystander.heard() == null, () -> "somebody else was told of it");
            bystander.say(
                    "{'janus':'message','transaction':'m','body':{'n':1},'session_id':"
                            + theirSession
                            + ",'handle_id':"
                            + theirHandle
                            + "}");
            var answer = bystander.heard();
            require(
                    answer != null && answer.path("plugindata").path("data").path("n").asInt() == 1,
                    () -> "somebody else's call does not go on: " + answer);
        }

        private static int requests(String text) {
            try {
                return RequestReader.read(text).size();
            } catch (ApiRefusal refusal) {
                return 0;
            }
        }

        private static void explained(JsonNode error, String text) {
            var reason = error.path("reason").asText();
            require(
                    error.path("code").asInt() >= 403 && error.path("code").asInt() <= 490,
                    () -> "an error that the API does not have: " + error);
            require(
                    !reason.isBlank() && reason.length() <= MAX_REASON + text.length(),
                    () -> "a reason of " + reason.length() + " characters");
        }
    }
}
