// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.peer.LinkThresholds;
import io.portunus.signalling.auth.AuthSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What an operator may see and do while the server runs.
class OperatorTest {
    private final CoreApi api = new CoreApi();
    private final Operator operator = api.gateway.operator();
    private final CoreApi.Peer client = api.connect();

    @Test
    void aServerThatIsDrainedTakesNoNewSessionsAndKeepsThoseItHas() {
        var session = client.newSession();

        operator.accepting(false);

        ConformanceTest.assertRefused(
                client.ask("{'janus':'create','transaction':'t'}"),
                472,
                "Currently not accepting new sessions");
        assertThat(client.newHandle(session))
                .as("a handle of a session that is there")
                .isPositive();
        assertThat(api.gateway.isAccepting()).isFalse();
        assertThat(info(client, "accepting-new-sessions")).isEqualTo("false");
        operator.accepting(true);
        assertThat(client.newSession()).isPositive();
        assertThat(info(client, "accepting-new-sessions")).isEqualTo("true");
    }

    @Test
    void theSettingsMayDrainItFromTheStart() {
        var usual = GatewaySettings.defaults();
        var drained =
                new CoreApi(
                        new GatewaySettings(
                                usual.timeouts(),
                                usual.limits(),
                                false,
                                false,
                                false,
                                usual.server()));

        ConformanceTest.assertRefused(
                drained.connect().ask("{'janus':'create','transaction':'t'}"),
                472,
                "Currently not accepting new sessions");
    }

    @Test
    void aSessionTimeoutHoldsForAllFromWhenItIsSet() {
        client.newSession();

        operator.sessionTimeoutSeconds(10);

        assertThat(info(client, "session-timeout")).isEqualTo("10");
        api.time.advance(Duration.ofSeconds(12));
        assertThat(api.sessions()).isZero();
    }

    @Test
    void zeroIsNever() {
        client.newSession();
        operator.sessionTimeoutSeconds(0);

        api.time.advance(Duration.ofDays(30));

        assertThat(api.sessions()).isEqualTo(1);
    }

    @Test
    void oneSessionMayHaveATimeoutOfItsOwn() {
        var brief = client.newSession();
        var endless = client.newSession();
        var usual = client.newSession();
        assertThat(operator.sessionTimeoutSeconds(brief, 10)).isTrue();
        assertThat(operator.sessionTimeoutSeconds(endless, 0)).isTrue();
        assertThat(operator.sessionTimeoutSeconds(5, 10)).as("an unknown session").isFalse();

        api.time.advance(Duration.ofSeconds(12));
        assertThat(operator.sessions()).containsExactlyInAnyOrder(endless, usual);
        api.time.advance(Duration.ofSeconds(51));
        assertThat(operator.sessions()).containsExactly(endless);

        operator.sessionTimeoutSeconds(endless, -1);
        api.time.advance(Duration.ofSeconds(2));
        assertThat(operator.sessions()).as("back to what holds for all").isEmpty();
    }

    @Test
    void sessionsAndHandlesAreListedAndEnded() {
        var session = client.newSession();
        var one = client.newHandle(session);
        var two = client.newHandle(session);

        assertThat(operator.handles(session)).containsExactlyInAnyOrder(one, two);
        assertThat(operator.handles(5)).isNull();
        assertThat(operator.detachHandle(session, one)).isTrue();
        assertThat(Objects.requireNonNull(client.heard()).path("janus").asText())
                .isEqualTo("detached");
        assertThat(operator.detachHandle(session, one)).isFalse();
        assertThat(operator.detachHandle(5, two)).isFalse();
        assertThat(operator.destroySession(session)).isTrue();
        assertThat(operator.destroySession(session)).isFalse();
        assertThat(client.heard()).as("told of what was destroyed").isNull();
        assertThat(api.ends).containsExactly(SessionEnd.OPERATOR);
        assertThat(client.ended).containsExactly(session);
        assertThat(api.handles()).isZero();
    }

    @Test
    void storedTokensCountAtOnce() {
        var closed = new CoreApi(GatewaySettings.defaults(), new AuthSettings("", true, "", null));
        var tokens = Objects.requireNonNull(closed.gateway.operator().storedTokens());
        var stranger = closed.connect();
        var create = "{'janus':'create','token':'abc','transaction':'t'}";
        ConformanceTest.assertRefused(
                stranger.ask(create), 403, "Unauthorized request (wrong or missing secret/token)");

        tokens.add("abc", List.of("test.other"));

        var session = stranger.ask(create).path("data").path("id").asLong();
        var attach =
                "{'janus':'attach','plugin':'test.echo','token':'abc','transaction':'t',"
                        + "'session_id':"
                        + session
                        + "}";
        ConformanceTest.assertRefused(
                stranger.ask(attach), 405, "Provided token can't access plugin 'test.echo'");
        tokens.allow("abc", List.of("test.echo"));
        assertThat(stranger.ask(attach).path("janus").asText()).isEqualTo("success");
        tokens.remove("abc");
        ConformanceTest.assertRefused(
                stranger.ask(
                        "{'janus':'keepalive','token':'abc','transaction':'t','session_id':"
                                + session
                                + "}"),
                403,
                "Unauthorized request (wrong or missing secret/token)");
        assertThat(operator.storedTokens()).as("where none are asked for").isNull();
    }

    @Test
    void theInfoTellsWhatHolds() {
        var server =
                new ServerFacts(
                        "Here",
                        "1.2",
                        "abcdef",
                        "today",
                        "192.0.2.1",
                        List.of("203.0.113.1", "203.0.113.2"),
                        true,
                        1_200,
                        new LinkThresholds(),
                        List.of(ServerFacts.Transport.WEBSOCKETS, ServerFacts.Transport.HTTP),
                        java.util.Map.of("netty", "4.2"));
        var told =
                new CoreApi(
                                new GatewaySettings(
                                        new GatewaySettings.Timeouts(7, 8, 9),
                                        GatewaySettings.Limits.DEFAULT,
                                        true,
                                        true,
                                        true,
                                        server),
                                new AuthSettings("s", true, "", null))
                        .connect()
                        .ask("{'janus':'info','transaction':'t'}");

        assertThat(told.path("server-name").asText()).isEqualTo("Here");
        assertThat(told.path("commit-hash").asText()).isEqualTo("abcdef");
        assertThat(told.path("compile-time").asText()).isEqualTo("today");
        assertThat(told.path("session-timeout").asInt()).isEqualTo(7);
        assertThat(told.path("reclaim-session-timeout").asInt()).isEqualTo(8);
        assertThat(told.path("candidates-timeout").asInt()).isEqualTo(9);
        assertThat(told.path("local-ip").asText()).isEqualTo("192.0.2.1");
        assertThat(told.path("public-ip").asText()).isEqualTo("203.0.113.1");
        assertThat(told.path("public-ips")).hasSize(2);
        assertThat(told.path("ipv6").asBoolean()).isTrue();
        assertThat(told.path("full-trickle").asBoolean()).isTrue();
        assertThat(told.path("opaqueid_in_api").asBoolean()).isTrue();
        assertThat(told.path("api_secret").asBoolean()).isTrue();
        assertThat(told.path("auth_token").asBoolean()).isTrue();
        assertThat(told.path("dependencies").path("netty").asText()).isEqualTo("4.2");
        assertThat(told.path("transports").has("janus.transport.http")).isTrue();
        assertThat(told.path("transports").has("janus.transport.websockets")).isTrue();
    }

    private static String info(CoreApi.Peer client, String field) {
        return client.ask("{'janus':'info','transaction':'t'}").path(field).asText();
    }
}
