// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.GatewaySettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rows about HTTP of the conformance list, each by its number.
class HttpConformanceTest {
    private final CoreApi api =
            new CoreApi(GatewaySettings.defaults(), new AuthSettings("abc", false, "", null));
    private final VirtualWeb web = new VirtualWeb(api, RestSettings.DEFAULT);

    @Test
    void row10ALongPollIsAnsweredInEachOfItsWays() {
        var secret = ",'apisecret':'abc'}";
        var session =
                web.answer("/janus", "{'janus':'create','transaction':'c'" + secret)
                        .at("/data/id")
                        .asLong();
        var attach = "{'janus':'attach','transaction':'a','plugin':'test.echo'" + secret;
        var handle = web.answer("/janus/" + session, attach).at("/data/id").asLong();
        var base = "/janus/" + session;
        var say = "{'janus':'message','transaction':'m','body':{'request':'later'}" + secret;

        var single = web.get(base + "?apisecret=abc");
        web.post(base + "/" + handle, say);
        assertThat(single.json().isObject()).as("a single object without maxev").isTrue();

        var several = web.get(base + "?maxev=5&apisecret=abc");
        web.post(base + "/" + handle, say);
        assertThat(several.json().isArray()).as("an array with maxev=5").isTrue();

        var idle = web.get(base + "?apisecret=abc");
        api.time.advance(Duration.ofSeconds(30));
        assertThat(idle.body()).as("at 30 s").isEqualTo("{\"janus\":\"keepalive\"}");

        for (var wrong : new String[] {"", "?apisecret=abd", "?token=abc", "?apisecret="}) {
            var refused = web.get(base + wrong);
            assertThat(refused.status()).as("a poll with '%s'", wrong).isEqualTo(403);
            assertThat(refused.body()).isEmpty();
        }

        web.post(base, "{'janus':'destroy','transaction':'d'" + secret);
        var after = web.get(base + "?apisecret=abc");
        assertThat(after.status()).as("after destroy").isEqualTo(404);
        assertThat(after.body()).isEmpty();
    }

    @Test
    void row11APreflightEchoesTheRequestedMethodAndHeaders() {
        try (var server =
                        new RestServer(
                                loop ->
                                        new Gateway(
                                                GatewaySettings.defaults(),
                                                loop,
                                                List.of(),
                                                (_, _) -> {}),
                                RestSettings.DEFAULT,
                                HttpSettings.DEFAULT,
                                AddressList.NONE);
                var socket = new RawHttp(server.port)) {
            socket.send(
                    """
                    OPTIONS /janus/1/2 HTTP/1.1
                    Host: x
                    Origin: https://app.example
                    Access-Control-Request-Method: POST
                    Access-Control-Request-Headers: Content-Type

                    """
                            .replace("\n", "\r\n"));
            var answer = socket.answer();

            assertThat(answer.head())
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("access-control-allow-methods: POST\r\n")
                    .containsIgnoringCase("access-control-allow-headers: Content-Type\r\n");
            assertThat(answer.body()).isEmpty();
        }
    }
}
