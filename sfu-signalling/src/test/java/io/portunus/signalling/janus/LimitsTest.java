// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How much one client may ask, and in which form: what goes beyond is explained and changes
/// nothing.
class LimitsTest {
    private static final String PING = "{'janus':'ping','transaction':'p'}";

    @Test
    void oneConnectionHasSoManySessionsAndAnotherItsOwn() {
        var api = api(3, 5, 0);
        var greedy = api.connect();
        for (var i = 0; i < 3; i++) {
            greedy.newSession();
        }

        ConformanceTest.assertRefused(
                greedy.ask("{'janus':'create','transaction':'t'}"),
                490,
                "Limit reached: sessions of one connection");
        assertThat(api.sessions()).isEqualTo(3);
        assertThat(api.connect().newSession()).isPositive();
    }

    @Test
    void oneSessionHasSoManyHandlesAndMakesRoomByDetaching() {
        var api = api(3, 2, 0);
        var client = api.connect();
        var session = client.newSession();
        client.newHandle(session);
        var second = client.newHandle(session);
        var attach =
                "{'janus':'attach','plugin':'test.echo','transaction':'t','session_id':"
                        + session
                        + "}";

        ConformanceTest.assertRefused(
                client.ask(attach), 490, "Limit reached: handles of one session");
        assertThat(api.attached).as("handles that a plugin has seen").hasSize(2);
        client.ask(
                "{'janus':'detach','transaction':'t','session_id':"
                        + session
                        + ",'handle_id':"
                        + second
                        + "}");
        client.heard();
        assertThat(client.ask(attach).path("janus").asText()).isEqualTo("success");
    }

    @Test
    void aBurstIsTakenAndAFloodIsRefusedWithItsTransaction() {
        var api = api(10, 10, 10);
        var client = api.connect();
        for (var i = 0; i < 10 * RequestBudget.BURST; i++) {
            assertThat(client.ask(PING).path("janus").asText()).as("ping %d", i).isEqualTo("pong");
        }

        var refused = client.ask("{'janus':'create','transaction':'mine'}");

        ConformanceTest.assertRefused(
                refused, 490, "Too many requests: no more than 10 a second are taken");
        assertThat(refused.path("transaction").asText()).isEqualTo("mine");
        assertThat(api.sessions()).isZero();
        assertThat(api.connect().ask(PING).path("janus").asText())
                .as("somebody else's ping")
                .isEqualTo("pong");
    }

    @Test
    void whoeverKeepsToTheRateIsNeverRefused() {
        var client = api(10, 10, 10).connect();
        var api = api(10, 10, 10);
        var steady = api.connect();
        for (var i = 0; i < 1_000; i++) {
            api.time.advance(Duration.ofMillis(100));
            assertThat(steady.ask(PING).path("janus").asText()).as("ping %d", i).isEqualTo("pong");
        }
        assertThat(client.heard()).isNull();
    }

    @Test
    void whoeverGoesOnRegardlessIsNotReadUntilItHasPaused() {
        var api = api(10, 10, 10);
        var client = api.connect();
        for (var i = 0; i < 10 * RequestBudget.BURST * 3; i++) {
            client.ask(PING);
        }

        var unread = client.ask(PING);
        ConformanceTest.assertRefused(
                unread, 490, "Too many requests: no more than 10 a second are taken");
        assertThat(unread.has("transaction")).as("it was read").isFalse();

        api.time.advance(Duration.ofSeconds(5));
        assertThat(client.ask(PING).path("janus").asText()).as("after a pause").isEqualTo("pong");
    }

    @Test
    void eachObjectOfAMessageCountsAndSoDoesNonsense() {
        var client = api(10, 10, 10).connect();
        client.say(PING.repeat(39));
        for (var i = 0; i < 39; i++) {
            assertThat(Objects.requireNonNull(client.heard()).path("janus").asText())
                    .isEqualTo("pong");
        }
        client.ask("{oops");

        assertThat(client.ask(PING).path("error").path("code").asInt())
                .as("the 41st")
                .isEqualTo(490);
    }

    @Test
    void aRequestThatIsRefusedForItsNumberKeepsNoSessionAlive() {
        var api = api(10, 10, 1);
        var client = api.connect();
        var session = client.newSession();
        var keepAlive = "{'janus':'keepalive','transaction':'k','session_id':" + session + "}";
        api.time.advance(Duration.ofSeconds(30));
        for (var i = 0; i < 3 + RequestBudget.BURST; i++) {
            client.ask(keepAlive);
        }

        api.time.advance(Duration.ofSeconds(63));

        assertThat(api.sessions()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {'janus':'ping','transaction':'t','session_id':9007199254740992} ; session_id
                    {'janus':'ping','transaction':'t','session_id':99999999999999999999} ; session_id
                    {'janus':'ping','transaction':'t','session_id':1,'handle_id':9007199254740992} ; handle_id
                    {'janus':'create','transaction':'t','id':9007199254740992} ; id
                    {'janus':'create','transaction':'t','id':1.0} ; id
                    {'janus':'create','transaction':'t','id':null} ; id
                    """)
    void anIdThatJavaScriptWouldRoundIsRefused(String request, String name) {
        var api = new CoreApi();

        ConformanceTest.assertRefused(
                api.connect().ask(request),
                467,
                "Invalid element type (" + name + " should be a positive integer)");
        assertThat(api.sessions()).isZero();
    }

    @Test
    void theLargestIdThatJavaScriptHoldsIsAnId() {
        assertThat(
                        new CoreApi()
                                .connect()
                                .ask("{'janus':'create','transaction':'t','id':9007199254740991}")
                                .path("data")
                                .path("id")
                                .asLong())
                .isEqualTo(9_007_199_254_740_991L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    {'janus':'create','janus':'create','transaction':'t'} ; a key is given twice at line 1
                    {'janus':'create','transaction':'t' ; it ends too early at line 1
                    {'janus':'create','transaction':'t'} {'janus' ; it ends too early at line 1
                    {'janus':create,'transaction':'t'} ; malformed JSON at line 1
                    """)
    void whatIsWrongWithTheJsonIsSaidAndNothingOfItIsDone(String text, String explanation) {
        var api = new CoreApi();
        var answer = api.connect().ask(text);

        assertThat(answer.path("error").path("code").asInt()).isEqualTo(454);
        assertThat(answer.path("error").path("reason").asText())
                .startsWith("Invalid Janus API request - " + explanation);
        assertThat(api.sessions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 1_000, 100_000})
    void depthHasAnEnd(int depth) {
        var client = new CoreApi().connect();
        var nested = "[".repeat(depth - 1) + "]".repeat(depth - 1);

        var answer = client.ask("{'janus':'ping','transaction':'t','x':" + nested + "}");

        if (depth <= 32) {
            assertThat(answer.path("janus").asText()).isEqualTo("pong");
        } else {
            assertThat(answer.path("error").path("reason").asText())
                    .contains("deeper than 32 levels");
        }
    }

    @Test
    void aMessageHoldsSoManyRequestsAndNotOneMore() {
        var api = new CoreApi();
        var client = api.connect();

        client.say("{'janus':'create','transaction':'t'}".repeat(65));

        assertThat(Objects.requireNonNull(client.heard()).path("error").path("reason").asText())
                .isEqualTo("Invalid Janus API request - too many requests in one message");
        assertThat(client.heard()).isNull();
        assertThat(api.sessions()).isZero();
    }

    static CoreApi api(int sessions, int handles, int requests) {
        var usual = GatewaySettings.defaults();
        return new CoreApi(
                new GatewaySettings(
                        usual.timeouts(),
                        new GatewaySettings.Limits(sessions, handles, requests),
                        true,
                        false,
                        false,
                        usual.server()));
    }
}
