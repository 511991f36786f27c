// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.portunus.signalling.auth.AuthSettings;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Whatever clients send to show who they are, right or wrong, no log has it.
class SecretsInLogsTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("io.portunus");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private Level before = Level.INFO;

    @BeforeEach
    void listen() {
        before = Objects.requireNonNullElse(log.getLevel(), Level.INFO);
        log.setLevel(Level.TRACE);
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void listenNoMore() {
        log.detachAppender(logged);
        log.setLevel(before);
    }

    @Test
    void noLogHasASecret() {
        var api =
                new CoreApi(
                        GatewaySettings.defaults(),
                        new AuthSettings("hush-secret", true, "", null));
        var tokens = Objects.requireNonNull(api.gateway.operator().storedTokens());
        tokens.add("hush-token", List.of("test.echo"));
        var client = api.connect();
        for (var credential :
                List.of(
                        "'apisecret':'hush-secret'",
                        "'apisecret':'hush-wrong'",
                        "'token':'hush-token'",
                        "'token':'hush-wrong'",
                        "'token':['hush-list']",
                        "'token':'hush-token','token':'hush-token'",
                        "'token':'hush-unfinished")) {
            conversation(client, credential);
        }
        tokens.remove("hush-token");
        client.close();

        assertThat(logged.list).as("what was logged at all").isNotEmpty();
        for (var event : logged.list) {
            var cause = event.getThrowableProxy();
            assertThat(event.getFormattedMessage())
                    .as("a log of %s", event.getLoggerName())
                    .doesNotContain("hush");
            if (cause != null) {
                assertThat(ThrowableProxyUtil.asString(cause)).doesNotContain("hush");
            }
        }
    }

    private static void conversation(CoreApi.Peer client, String credential) {
        var session =
                client.ask("{'janus':'create','transaction':'c'," + credential + "}")
                        .path("data")
                        .path("id")
                        .asLong();
        var inSession = ",'transaction':'t','session_id':" + session + "," + credential;
        var handle =
                client.ask("{'janus':'attach','plugin':'test.echo'" + inSession + "}")
                        .path("data")
                        .path("id")
                        .asLong();
        client.ask(
                "{'janus':'message','body':{'request':'fail'},'handle_id':"
                        + handle
                        + inSession
                        + "}");
        client.ask("{'janus':'destroy'" + inSession + "}");
    }
}
