// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.CoreApi.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What becomes of a session whose connection is lost, and of what happens meanwhile.
class ClaimTest {
    private final CoreApi api = api(60, 10);
    private final Peer first = api.connect();
    private final long session = first.newSession();
    private final long handle = first.newHandle(session);

    @Test
    void withoutATimeToReclaimItEndsWithItsConnection() {
        var strict = api(60, 0);
        var client = strict.connect();
        client.newHandle(client.newSession());

        client.close();

        assertThat(strict.sessions()).isZero();
        assertThat(strict.detached).hasSize(1);
        assertThat(strict.ends).containsExactly(SessionEnd.CONNECTION_CLOSED);
    }

    @Test
    void whatHappenedMeanwhileIsToldInOrderBehindTheReplyToTheClaim() {
        first.close();
        tell("1");
        api.time.advance(Duration.ofSeconds(8));
        tell("2");
        var second = api.connect();

        second.say(claim());
        tell("3");

        assertThat(heard(second)).containsExactly("success", "1", "2", "3");
        assertThat(heard(first)).as("told to the connection that is gone").isEmpty();
    }

    @Test
    void nothingIsToldTwice() {
        first.close();
        tell("1");
        var second = api.connect();
        second.say(claim());
        second.close();
        tell("2");
        var third = api.connect();

        third.say(claim());

        assertThat(heard(third)).containsExactly("success", "2");
    }

    @Test
    void whatHappensBetweenTheBreakAndItsNoticeIsKeptToo() {
        first.breakOff();
        tell("1");
        first.close();
        tell("2");
        var second = api.connect();

        second.say(claim());

        assertThat(heard(second)).containsExactly("success", "1", "2");
    }

    @Test
    void theTimeToReclaimCountsFromTheDisconnectAndNotFromTheLastRequest() {
        api.time.advance(Duration.ofSeconds(50));
        first.close();
        api.time.advance(Duration.ofMillis(9_999));
        assertThat(api.sessions()).as("within the time to reclaim").isEqualTo(1);

        api.time.advance(Duration.ofMillis(2_001));

        assertThat(api.sessions()).as("after the time to reclaim").isZero();
        assertThat(api.detached).hasSize(1);
        assertThat(api.ends).containsExactly(SessionEnd.NOT_RECLAIMED);
        ConformanceTest.assertRefused(
                api.connect().ask(claim()), 458, "No such session " + session);
    }

    @Test
    void aTimeToReclaimThatIsLongerThanTheSessionTimeoutIsGranted() {
        var patient = api(60, 300);
        var client = patient.connect();
        var id = client.newSession();
        client.close();

        patient.time.advance(Duration.ofSeconds(299));

        assertThat(patient.connect().ask(claim(id)).path("janus").asText()).isEqualTo("success");
        patient.time.advance(Duration.ofSeconds(59));
        assertThat(patient.sessions()).as("a claim counts as a request").isEqualTo(1);
    }

    @Test
    void requestsFromElsewhereDoNotClaimIt() {
        first.close();
        var stranger = api.connect();

        assertThat(
                        stranger.ask(
                                        "{'janus':'keepalive','transaction':'t','session_id':"
                                                + session
                                                + "}")
                                .path("janus")
                                .asText())
                .isEqualTo("ack");
        tell("1");
        assertThat(heard(stranger)).isEmpty();
        api.time.advance(Duration.ofSeconds(12));
        assertThat(api.sessions()).as("nobody claimed it").isZero();
    }

    @Test
    void theLastClaimantHasItAndTheOneBeforeIsToldAsItsCarrierSeesFit() {
        var second = api.connect();
        var third = api.connect();

        second.ask(claim());
        third.ask(claim());
        tell("1");

        assertThat(first.claimedFromHere).containsExactly(session);
        assertThat(second.claimedFromHere).containsExactly(session);
        assertThat(heard(third)).containsExactly("1");
        assertThat(heard(second)).isEmpty();
        second.close();
        first.close();
        assertThat(api.sessions()).as("it belongs to neither of those").isEqualTo(1);
        assertThat(third.ended).isEmpty();
    }

    @Test
    void theOwnerMayClaimWhatItHas() {
        assertThat(first.ask(claim()).path("janus").asText()).isEqualTo("success");
        tell("1");

        assertThat(heard(first)).containsExactly("1");
        assertThat(first.claimedFromHere).isEmpty();
        first.close();
        assertThat(api.connect().ask(claim()).path("janus").asText()).isEqualTo("success");
    }

    @Test
    void tooManyEventsEndItRatherThanBeLost() {
        first.close();
        for (var i = 0; i < KeptEvents.MAX_EVENTS; i++) {
            tell("x");
        }
        api.time.advance(Duration.ofSeconds(4));
        assertThat(api.sessions()).as("as many as can be kept").isEqualTo(1);

        tell("one more");

        ConformanceTest.assertRefused(
                api.connect().ask(claim()), 458, "No such session " + session);
        assertThat(api.ends).containsExactly(SessionEnd.TOO_MANY_EVENTS);
        assertThat(api.detached).hasSize(1);
    }

    @Test
    void tooLargeEventsEndItWithoutAnybodyAskingForIt() {
        first.close();
        var large = "x".repeat(KeptEvents.MAX_CHARACTERS / 4);
        for (var i = 0; i < 4; i++) {
            tell(large);
        }

        api.time.advance(Duration.ofSeconds(2));

        assertThat(api.sessions()).isZero();
        assertThat(api.ends).containsExactly(SessionEnd.TOO_MANY_EVENTS);
    }

    @Test
    void whatAllSessionsKeepTogetherHasAnEndAndIsGivenBack() {
        var room = new KeptEvents.Room();
        var large = "x".repeat(KeptEvents.MAX_CHARACTERS);
        var full = new ArrayList<KeptEvents>();
        for (var i = 0L; i < KeptEvents.MAX_CHARACTERS_OF_ALL / large.length(); i++) {
            var kept = new KeptEvents(room);
            kept.add(large);
            full.add(kept);
        }
        var late = new KeptEvents(room);
        late.add("x");
        assertThat(late.hasOverflown()).as("no room is left").isTrue();

        full.forEach(KeptEvents::clear);

        assertThat(room.characters()).isZero();
        var later = new KeptEvents(room);
        later.add("x");
        assertThat(later.take()).containsExactly("x");
        assertThat(room.characters()).isZero();
    }

    private static CoreApi api(int sessionTimeout, int reclaimTimeout) {
        var usual = GatewaySettings.defaults();
        return new CoreApi(
                new GatewaySettings(
                        new GatewaySettings.Timeouts(sessionTimeout, reclaimTimeout, 45),
                        usual.limits(),
                        true,
                        false,
                        false,
                        usual.server()));
    }

    private void tell(String what) {
        api.attached.getFirst().push(null, data(what), null);
    }

    private static ObjectNode data(String what) {
        return JsonNodeFactory.instance.objectNode().put("what", what);
    }

    private String claim() {
        return claim(session);
    }

    private static String claim(long session) {
        return "{'janus':'claim','transaction':'c','session_id':" + session + "}";
    }

    /// What a client was told: the kind of a reply, and what is in an event.
    private List<String> heard(Peer client) {
        var all = new ArrayList<String>();
        for (var told = client.heard(); told != null; told = client.heard()) {
            var kind = told.path("janus").asText();
            if (kind.equals("event")) {
                assertThat(told.path("sender").asLong()).isEqualTo(handle);
                all.add(told.path("plugindata").path("data").path("what").asText());
            } else {
                all.add(kind);
            }
        }
        return all;
    }
}
