// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.Origin;
import io.portunus.signalling.janus.ServerFacts;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Over HTTP a client has no connection of its own, so the sessions of its address are counted.
class SessionsOfAnAddressTest {
    private static final String CREATE = "{'janus':'create','transaction':'c'}";

    private final CoreApi api =
            new CoreApi(
                    new GatewaySettings(
                            GatewaySettings.Timeouts.DEFAULT,
                            new GatewaySettings.Limits(3, 5, 0),
                            true,
                            false,
                            false,
                            ServerFacts.UNKNOWN),
                    AuthSettings.OPEN,
                    _ -> List.of());
    private final VirtualWeb web = new VirtualWeb(api, RestSettings.DEFAULT);

    @Test
    void anAddressHasSoManyAndMakesRoomByEndingOne() {
        var first = web.newSession();
        web.newSession();
        web.newSession();

        var refused = web.answer("/janus", CREATE);
        assertThat(refused.at("/error/code").asInt()).isEqualTo(490);
        assertThat(refused.at("/error/reason").asText())
                .isEqualTo("Limit reached: sessions of one connection");
        assertThat(api.connect().newSession())
                .as("somebody with a connection of its own")
                .isPositive();

        web.post("/janus/" + first, "{'janus':'destroy','transaction':'d'}");
        assertThat(web.newSession()).isPositive();
        assertThat(web.answer("/janus", CREATE).has("error")).isTrue();
    }

    @Test
    void whatIsClaimedCountsForWhoClaimedIt() {
        var first = web.newSession();
        web.newSession();
        web.newSession();

        api.connect().ask("{'janus':'claim','transaction':'c','session_id':" + first + "}");

        assertThat(web.newSession()).isPositive();
        assertThat(web.answer("/janus", CREATE).has("error")).isTrue();
    }

    @Test
    void whatTimesOutCountsNoMore() {
        for (var i = 0; i < 3; i++) {
            web.newSession();
        }

        api.time.advance(Duration.ofSeconds(63));

        for (var i = 0; i < 3; i++) {
            assertThat(web.newSession()).isPositive();
        }
    }

    @Test
    void ofIpv6OneCustomerIsOne() {
        var one = Origin.of(InetAddress.ofLiteral("2001:db8:1:2:3::4"));

        assertThat(Origin.of(InetAddress.ofLiteral("2001:db8:1:2:ffff::1"))).isEqualTo(one);
        assertThat(Origin.of(InetAddress.ofLiteral("2001:db8:1:3::4"))).isNotEqualTo(one);
        assertThat(Origin.of(InetAddress.ofLiteral("192.0.2.1")))
                .isNotEqualTo(Origin.of(InetAddress.ofLiteral("192.0.2.2")));
    }
}
