// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LocalTransport;
import io.portunus.signalling.janus.CoreApi.Peer;
import io.portunus.signalling.sdp.RealOffers;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a client is told about a handle where the settings are not the usual ones.
class HandleMessagesTest {
    private static final String SDP = "v=0\r\na=group:BUNDLE cam mic\r\n";
    private static final LocalTransport LOCAL =
            new LocalTransport(
                    "ufrag",
                    "password",
                    "AA:BB",
                    List.of(
                            new LocalTransport.Candidate("1", 5, "192.0.2.1", 10_000),
                            new LocalTransport.Candidate("2", 4, "2001:db8::1", 10_000)));

    @Test
    void theOpaqueIdIsToldWhereTheSettingsSaySo() {
        var api = api(true, false);
        var client = api.connect();
        var session = client.newSession();
        client.ask(
                "{'janus':'attach','plugin':'test.echo','opaque_id':'me','transaction':'a',"
                        + "'session_id':"
                        + session
                        + "}");
        var handle = api.attached.getFirst();

        assertThat(
                        client.ask(
                                "{'janus':'message','body':{},'transaction':'m','session_id':"
                                        + session
                                        + ",'handle_id':"
                                        + handle.id()
                                        + "}"))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'m','sender':"
                                        + handle.id()
                                        + ",'opaque_id':'me','plugindata':"
                                        + "{'plugin':'test.echo','data':{}}}"));
        handle.notify("webrtcup", _ -> {});
        assertThat(heard(client).path("opaque_id").asText()).isEqualTo("me");
        handle.push(null, JsonNodeFactory.instance.objectNode(), null);
        assertThat(heard(client).path("opaque_id").asText()).isEqualTo("me");
    }

    @Test
    void theOpaqueIdIsNotToldOtherwise() {
        var api = api(false, false);
        var client = api.connect();
        client.ask(
                "{'janus':'attach','plugin':'test.echo','opaque_id':'me','transaction':'a',"
                        + "'session_id':"
                        + client.newSession()
                        + "}");

        api.attached.getFirst().notify("webrtcup", _ -> {});

        assertThat(heard(client).has("opaque_id")).isFalse();
    }

    @Test
    void candidatesAreInTheDescriptionUnlessTheSettingsSayOtherwise() {
        var api = api(false, false);
        var client = api.connect();
        client.newHandle(client.newSession());
        var handle = api.attached.getFirst();

        assertThat(handle.describe(LOCAL)).isEqualTo(LOCAL);
        answer(handle);

        assertThat(heard(client).path("janus").asText()).isEqualTo("event");
        assertThat(client.heard()).isNull();
    }

    @Test
    void candidatesFollowTheDescriptionOnceForEachSetOfCredentials() {
        var api = api(false, true);
        var client = api.connect();
        client.newHandle(client.newSession());
        var handle = api.attached.getFirst();

        assertThat(handle.describe(LOCAL).candidates()).isEmpty();
        assertThat(handle.describe(LOCAL).ufrag()).isEqualTo("ufrag");
        answer(handle);

        assertThat(heard(client).path("jsep").path("sdp").asText()).isEqualTo(SDP);
        var first = heard(client);
        assertThat(first.path("janus").asText()).isEqualTo("trickle");
        assertThat(first.path("sender").asLong()).isEqualTo(handle.id());
        assertThat(first.path("candidate"))
                .isEqualTo(
                        CoreApi.json(
                                "{'sdpMid':'cam','sdpMLineIndex':0,'candidate':"
                                        + "'candidate:1 1 udp 5 192.0.2.1 10000 typ host'}"));
        assertThat(heard(client).path("candidate").path("candidate").asText())
                .isEqualTo("candidate:2 1 udp 4 2001:db8::1 10000 typ host");
        assertThat(heard(client).path("candidate")).isEqualTo(CoreApi.json("{'completed':true}"));
        assertThat(client.heard()).isNull();

        handle.describe(LOCAL);
        answer(handle);
        assertThat(heard(client).path("janus").asText()).isEqualTo("event");
        assertThat(client.heard()).as("told again without a restart").isNull();

        handle.describe(new LocalTransport("other", "password", "AA:BB", LOCAL.candidates()));
        answer(handle);
        heard(client);
        assertThat(heard(client).path("janus").asText()).as("after a restart").isEqualTo("trickle");
    }

    @Test
    void aClientThatDoesNotTrickleFindsThemInTheDescription() {
        var api = api(false, true);
        var client = api.connect();
        var session = client.newSession();
        var handle = client.newHandle(session);
        var offer =
                (ObjectNode)
                        CoreApi.json(
                                "{'janus':'message','body':{},'transaction':'m','session_id':"
                                        + session
                                        + ",'handle_id':"
                                        + handle
                                        + ",'jsep':{'type':'offer','trickle':false}}");
        ((ObjectNode) offer.path("jsep")).put("sdp", RealOffers.text("chromium-audio-video"));
        client.ask(offer.toString());

        assertThat(api.attached.getFirst().describe(LOCAL)).isEqualTo(LOCAL);
        answer(api.attached.getFirst());

        heard(client);
        assertThat(client.heard()).isNull();
    }

    private static void answer(Handle handle) {
        handle.push("t", JsonNodeFactory.instance.objectNode(), Jsep.answer(SDP, false));
    }

    private static JsonNode heard(Peer client) {
        return Objects.requireNonNull(client.heard(), "nothing was told");
    }

    private static CoreApi api(boolean opaqueIdInApi, boolean fullTrickle) {
        var usual = GatewaySettings.defaults();
        return new CoreApi(
                new GatewaySettings(
                        usual.timeouts(),
                        usual.limits(),
                        true,
                        opaqueIdInApi,
                        fullTrickle,
                        usual.server()));
    }
}
