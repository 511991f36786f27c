// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static io.portunus.core.testkit.FuzzTarget.require;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.testkit.FuzzTarget;
import io.portunus.signalling.sdp.RealOffers;
import io.portunus.signalling.sdp.SdpParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each line as a candidate that a client trickles, as the whole of what a `trickle` holds where it
/// is JSON, and as a line of a description: taken or refused, kept within bounds, and never a
/// reason for a call not to come about.
class CandidatesFuzzTest {
    private static final int MUTATIONS = 4_000;
    private static final int MAX_LINES = 32;
    private static final String OFFER = RealOffers.text("chromium-audio-video");
    private static final Set<Integer> REFUSALS = Set.of(454, 456, 467);

    @Test
    void everyCandidateIsTakenOrRefusedAndKeptWithinBounds() {
        FuzzTarget.replayTexts(
                CandidatesFuzzTest.class,
                "candidates",
                MUTATIONS,
                CandidatesFuzzTest::fuzzerTestOneInput);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget.bounded(
                input, bytes -> new Scene().play(new String(bytes, StandardCharsets.UTF_8)));
    }

    /// One client with one handle.
    private static final class Scene {
        private static final int NOT_JSON = 454;

        private final CoreApi api = LimitsTest.api(100, 100, 0);
        private final CoreApi.Peer client = api.connect();
        private final long session = client.newSession();
        private final long handle = client.newHandle(session);
        private final NegotiationLog log = ((AttachedHandle) api.attached.getFirst()).negotiation();

        void play(String text) {
            var lines = text.lines().limit(MAX_LINES).toList();
            lines.forEach(this::trickleLine);
            trickleAll(lines);
            lines.forEach(this::trickleJson);
            lines.forEach(Scene::describe);
            require(
                    log.candidates().size() <= NegotiationLog.MAX_CANDIDATES
                            && log.candidates().stream()
                                    .allMatch(c ->
                                            c.length() <= NegotiationLog.MAX_CANDIDATE_CHARACTERS),
                    () -> "more is kept than there is room for: " + log.candidates());
        }

        /// A candidate in its place is taken, whatever it says: a lite agent has no use for it.
        /// What nobody can be told as it is, is no JSON of the API.
        private void trickleLine(String line) {
            var request = request();
            request.putObject("candidate").put("candidate", line).put("sdpMid", "0");
            var expected = WholeText.isWhole(request) ? 0 : NOT_JSON;
            require(send(request) == expected, () -> "a candidate is refused, or not: " + line);
        }

        private void trickleAll(List<String> lines) {
            var request = request();
            var several = request.putArray("candidates");
            lines.forEach(
                    line -> several.addObject().put("candidate", line).put("sdpMLineIndex", 0));
            several.addObject().put("completed", true);
            var expected = WholeText.isWhole(request) ? 0 : NOT_JSON;
            require(send(request) == expected, () -> "candidates are refused, or not: " + lines);
            require(
                    log.allTrickled() || expected != 0,
                    () -> "the end of the candidates was not noticed");
        }

        private void trickleJson(String line) {
            for (var name : List.of("candidate", "candidates")) {
                var text = request().put(name, "@").toString().replace("\"@\"", line);
                var before = log.candidates();
                client.post(text);
                var answer = client.heard();
                require(answer != null, () -> "no answer to " + text);
                var code = answer == null ? -1 : answer.path("error").path("code").asInt();
                // What the line says besides may be any other request.
                if (REFUSALS.contains(code)) {
                    require(
                            log.candidates().equals(before),
                            () -> "refused, and yet it was kept: " + text);
                }
                while (client.heard() != null) {
                    // The rest of what such a line asks for.
                }
            }
        }

        /// A description is taken with any candidate in it, or refused for its form.
        private static void describe(String line) {
            var plain = SdpParser.parse(OFFER);
            var outcome = SdpParser.parse(OFFER + "a=candidate:" + line + "\r\n");
            if (outcome instanceof SdpParser.Outcome.Refused(var reason)) {
                require(
                        line.chars().anyMatch(Character::isISOControl) || line.length() > 1_000,
                        () -> "an offer is refused for its candidate: " + reason + ", " + line);
            } else {
                require(
                        outcome.equals(plain),
                        () -> "a candidate has changed what an offer means: " + line);
            }
        }

        private ObjectNode request() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("janus", "trickle")
                    .put("transaction", "t")
                    .put("session_id", session)
                    .put("handle_id", handle);
        }

        /// The code of the refusal; 0 for an ack.
        private int send(ObjectNode request) {
            client.post(request.toString());
            var answer = client.heard();
            require(
                    answer != null
                            && (answer.has("error") || answer.path("janus").asText().equals("ack")),
                    () -> "neither an ack nor a refusal: " + answer);
            return answer == null ? -1 : answer.path("error").path("code").asInt();
        }
    }
}
