// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.rest.VirtualWeb.Asked;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// T13: a client that polled and is gone leaves no ghost behind, in virtual time.
class VanishedClientTest {
    private static final String KEEPALIVE = "{'janus':'keepalive','transaction':'k'}";

    private final CoreApi api = new CoreApi(GatewaySettings.defaults(), AuthSettings.OPEN);
    private final VirtualWeb web = new VirtualWeb(api, RestSettings.DEFAULT);
    private final long session = web.newSession();

    @Test
    void whosePollBreaksOffIsGoneWithinFifteenSeconds() {
        var poll = poll();
        api.time.advance(Duration.ofSeconds(3));
        web.abort(poll);

        api.time.advance(Duration.ofMillis(11_999));
        assertThat(api.sessions()).as("sessions before 12 s are over").isEqualTo(1);
        api.time.advance(Duration.ofMillis(1));

        assertThat(api.sessions()).as("sessions 12 s after the poll broke off").isZero();
        assertThat(api.ends).extracting(Enum::name).containsExactly("CONNECTION_CLOSED");
        assertThat(web.rest().counters().vanishedClients()).isEqualTo(1);
        assertThat(poll().status()).isEqualTo(404);
    }

    @Test
    void whoseNetworkWentSilentHasLessTimeLeft() {
        web.abort(poll(), true);

        api.time.advance(Duration.ofSeconds(2));

        assertThat(api.sessions()).as("sessions 2 s after TCP found out, which took 10 s").isZero();
    }

    @Test
    void whoPollsAgainIsThere() {
        for (var i = 0; i < 5; i++) {
            web.abort(poll());
            api.time.advance(Duration.ofMillis(11_900));
        }
        var last = poll();
        api.time.advance(Duration.ofSeconds(29));

        assertThat(last.isAnswered()).isFalse();
        assertThat(api.sessions()).isEqualTo(1);
    }

    @Test
    void whoAsksForSomethingElseIsThere() {
        web.abort(poll());
        api.time.advance(Duration.ofSeconds(5));
        web.post("/janus/" + session, KEEPALIVE);

        api.time.advance(Duration.ofSeconds(40));

        assertThat(api.sessions()).isEqualTo(1);
    }

    @Test
    void whatWasOnItsWayWhenThePollBrokeOffIsNoSignOfLife() {
        web.abort(poll());
        api.time.advance(Duration.ofMillis(100));
        web.post("/janus/" + session, KEEPALIVE);

        api.time.advance(Duration.ofSeconds(12));

        assertThat(api.sessions()).isZero();
    }

    @Test
    void whoHasAnotherPollOpenIsThere() {
        var first = poll();
        poll();
        web.abort(first);

        api.time.advance(Duration.ofSeconds(20));

        assertThat(api.sessions()).isEqualTo(1);
    }

    @Test
    void whoNeverPollsHasTheSessionTimeOut() {
        api.time.advance(Duration.ofSeconds(59));
        assertThat(api.sessions()).isEqualTo(1);

        api.time.advance(Duration.ofSeconds(4));

        assertThat(api.ends).extracting(Enum::name).containsExactly("TIMED_OUT");
    }

    @Test
    void whosePollWasAnsweredMayTakeItsTime() {
        poll();
        api.time.advance(Duration.ofSeconds(30 + 25));

        assertThat(api.sessions()).as("sessions 25 s after an answered poll").isEqualTo(1);
    }

    @Test
    void whoAlwaysCameBackAtOnceIsMissedBetweenTwoPollsToo() {
        poll();
        api.time.advance(Duration.ofSeconds(30));
        var last = poll();
        api.time.advance(Duration.ofSeconds(30));
        assertThat(last.isAnswered()).isTrue();

        web.abort(last);
        api.time.advance(Duration.ofSeconds(12));

        assertThat(api.sessions()).as("sessions 12 s after its connection closed").isZero();
    }

    @Test
    void whoTakesHisTimeBetweenPollsMayCloseTheConnection() {
        for (var i = 0; i < 4; i++) {
            var poll = poll();
            api.time.advance(Duration.ofSeconds(30));
            assertThat(poll.isAnswered()).isTrue();
            web.abort(poll);
            api.time.advance(Duration.ofSeconds(20));
        }

        assertThat(api.sessions()).isEqualTo(1);
    }

    @Test
    void whoHasPolledAgainOnAnotherConnectionIsThere() {
        poll();
        api.time.advance(Duration.ofSeconds(30));
        var second = poll();
        api.time.advance(Duration.ofSeconds(30));
        poll();

        web.abort(second);
        api.time.advance(Duration.ofSeconds(20));

        assertThat(api.sessions()).isEqualTo(1);
    }

    @Test
    void strangersCannotKeepAGhost() {
        web.abort(poll());
        api.time.advance(Duration.ofSeconds(5));
        web.post("/janus/" + session, "{'janus':'keepalive'}");
        web.post("/janus/" + (session + 1), KEEPALIVE);

        api.time.advance(Duration.ofSeconds(8));

        assertThat(api.sessions()).isZero();
    }

    @Test
    void aSessionThatMayBeClaimedWaitsAndLosesNoEvent() {
        var settings = GatewaySettings.defaults();
        var patient =
                new CoreApi(
                        new GatewaySettings(
                                new GatewaySettings.Timeouts(60, 20, 45),
                                settings.limits(),
                                true,
                                false,
                                false,
                                settings.server()),
                        AuthSettings.OPEN);
        var there = new VirtualWeb(patient, RestSettings.DEFAULT);
        var kept = there.newSession();
        var handle = there.newHandle(kept, "test.echo");
        there.abort(there.get("/janus/" + kept));
        happen(there, kept, handle, 1);
        patient.time.advance(Duration.ofSeconds(13));
        assertThat(patient.sessions()).as("sessions that may be claimed").isEqualTo(1);
        happen(there, kept, handle, 2);

        var poll = there.get("/janus/" + kept + "?maxev=5");

        assertThat(poll.json())
                .extracting(event -> event.path("plugindata").path("data").path("number").asInt())
                .containsExactly(1, 2);
        there.abort(there.get("/janus/" + kept));
        patient.time.advance(Duration.ofSeconds(12 + 22));
        assertThat(patient.ends).extracting(Enum::name).containsExactly("NOT_RECLAIMED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGhostIsToldFromItsOwner(boolean polls) {
        var poll = poll();
        if (!polls) {
            web.abort(poll);
        }
        var alive = new AtomicReference<Boolean>();

        Objects.requireNonNull(api.gateway().ownerOf(session)).probe(400, alive::set);
        api.time.advance(Duration.ofMillis(500));

        assertThat(alive.get()).as("alive, while its poll is open: %s", polls).isEqualTo(polls);
    }

    private static void happen(VirtualWeb web, long session, long handle, int number) {
        web.post(
                "/janus/" + session + "/" + handle,
                "{'janus':'message','transaction':'m','body':{'request':'later','number':"
                        + number
                        + "}}");
    }

    private Asked poll() {
        return web.get("/janus/" + session);
    }
}
