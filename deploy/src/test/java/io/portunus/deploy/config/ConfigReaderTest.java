// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.signalling.janus.JsonStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private final ConfigReader reader = new ConfigReader();

    @TempDir private Path folder;

    @Test
    void startsWithoutAnyFile() {
        var config = reader.read(null, Map.of());

        assertThat(config.signalling().port()).isEqualTo(8188);
        assertThat(config.web().port()).isEqualTo(8088);
        assertThat(config.media().firstUdpPort()).isEqualTo(10_000);
        assertThat(config.media().loops()).isPositive();
        assertThat(config.media().segmentationOffload()).isTrue();
        assertThat(config.media().warmUp()).isTrue();
        assertThat(config.rooms())
                .singleElement()
                .satisfies(room -> {
                    assertThat(room.path("room").asInt()).isEqualTo(1234);
                    assertThat(room.path("description").asText()).isEqualTo("Demo Room");
                    assertThat(room.path("secret").asText()).isEqualTo("adminpwd");
                    assertThat(room.path("publishers").asInt()).isEqualTo(6);
                    assertThat(room.path("bitrate").asInt()).isZero();
                });
    }

    @Test
    void aFileChangesOnlyWhatItNames() {
        var config =
                read(
                        """
                        media:
                          first_udp_port: 20000
                          segmentation_offload: false
                          warm_up: false
                          addresses:
                            - {bind: 192.0.2.10, advertise: 203.0.113.5}
                            - {bind: 127.0.0.1}
                        rooms:
                          - {room: 7, pin: 4711, videocodec: "vp9,vp8"}
                        """);

        assertThat(config.media().firstUdpPort()).isEqualTo(20_000);
        assertThat(config.media().segmentationOffload()).isFalse();
        assertThat(config.media().warmUp()).isFalse();
        assertThat(config.media().livenessSeconds()).isEqualTo(15);
        assertThat(config.media().addresses())
                .containsExactly(
                        new ServerConfig.Address("192.0.2.10", "203.0.113.5"),
                        new ServerConfig.Address("127.0.0.1", "127.0.0.1"));
        assertThat(config.rooms())
                .singleElement()
                .satisfies(room -> {
                    assertThat(room.path("pin").isTextual()).isTrue();
                    assertThat(room.path("pin").asText()).isEqualTo("4711");
                    assertThat(room.path("publishers").asInt()).isEqualTo(3);
                });
    }

    @Test
    void eachEventHandlerChangesOnlyWhatItNames() {
        var events =
                read("""
                events:
                  stats_period_seconds: 5
                  combine_media_stats: true
                  handlers:
                    - {url: "https://monitor.example.org/in", secret: 4711, types: [jsep, media], sdps: false}
                    - {name: second, url: "ws://192.0.2.20:9000/", queue_events: 50, delay_millis: 0}
                """)
                        .events();

        assertThat(events.statsPeriodSeconds()).isEqualTo(5);
        assertThat(events.combineMediaStats()).isTrue();
        assertThat(events.handlers()).hasSize(2);
        var first = events.handlers().getFirst();
        assertThat(first.name()).isEqualTo("monitor.example.org");
        assertThat(first.secret()).isEqualTo("4711");
        assertThat(first.types()).containsExactly("jsep", "media");
        assertThat(first.sdps()).isFalse();
        assertThat(first.batchEvents()).isEqualTo(100);
        assertThat(first.timeoutMillis()).isEqualTo(5_000);
        var second = events.handlers().getLast();
        assertThat(second.name()).isEqualTo("second");
        assertThat(second.types()).containsExactly("all");
        assertThat(second.queueEvents()).isEqualTo(50);
        assertThat(second.delayMillis()).isZero();
        assertThat(second.sdps()).isTrue();
    }

    @Test
    void nobodyIsToldOfEventsUnlessListed() {
        var events = reader.read(null, Map.of()).events();

        assertThat(events.handlers()).isEmpty();
        assertThat(events.statsPeriodSeconds()).isOne();
    }

    @Test
    void theApiIsSpokenOverHttpAsOperatorsKnowIt() {
        var http = reader.read(null, Map.of()).http();

        assertThat(http.basePath()).isEqualTo("/janus");
        assertThat(http.pollSeconds()).isEqualTo(30);
        assertThat(http.vanishedSeconds()).isEqualTo(12);
        assertThat(http.allowOrigin()).isEqualTo("*");
        assertThat(http.jsonStyle()).isEqualTo(JsonStyle.COMPACT);
        assertThat(http.acl().web()).isEmpty();
        var changed =
                read("""
                http:
                  json: indented
                  allow_origin: "https://app.example"
                  enforce_cors: true
                  trusted_proxies: [10.0.0.7, "fd00::/8"]
                  acl: {signalling: ["192.168."]}
                """)
                        .http();
        assertThat(changed.jsonStyle()).isEqualTo(JsonStyle.INDENTED);
        assertThat(changed.trustedProxies()).containsExactly("10.0.0.7", "fd00::/8");
        assertThat(changed.acl().signalling()).containsExactly("192.168.");
        assertThat(changed.acl().tls()).isEmpty();
        assertThat(
                        reader.read(null, Map.of("PORTUNUS_HTTP_ACL_WEB", "[\"10.\"]"))
                                .http()
                                .acl()
                                .web())
                .containsExactly("10.");
    }

    @Test
    void theEnvironmentHasTheLastWord() {
        var config =
                reader.read(
                        write("media: {first_udp_port: 20000}"),
                        Map.of(
                                "PORTUNUS_MEDIA_FIRST_UDP_PORT", "30000",
                                "PORTUNUS_SIGNALLING_API_SECRET", "0123",
                                "PORTUNUS_TLS_ENABLED", "true",
                                "PORTUNUS_CONFIG", "elsewhere.yaml",
                                "HOME", "/nowhere"));

        assertThat(config.media().firstUdpPort()).isEqualTo(30_000);
        assertThat(config.signalling().apiSecret()).isEqualTo("0123");
        assertThat(config.tls().enabled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http: {base_path: janus}            | http.base_path is 'janus', but must be a path such as /janus
                    http: {base_path: /}                | http.base_path is '/'
                    http: {base_path: /janus/}          | http.base_path is '/janus/'
                    http: {poll_seconds: 0}             | http.poll_seconds is 0, but must be 1 to 300
                    http: {vanished_seconds: 301}       | http.vanished_seconds is 301, but must be 1 to 300
                    http: {allow_origin: nowhere}       | http.allow_origin is 'nowhere', but must be *
                    http: {enforce_cors: true}          | http.enforce_cors needs an http.allow_origin other than *
                    http: {json: pretty}                | http.json is 'pretty', but must be compact, plain or indented
                    http: {request_seconds: 0}          | http.request_seconds is 0
                    http: {connections: 0}              | http.connections is 0
                    http: {connections_per_address: 0}  | http.connections_per_address is 0
                    http: {requests_per_second: -1}     | http.requests_per_second is -1
                    http: {trusted_proxies: [proxy]}    | http.trusted_proxies: 'proxy' is no address
                    http: {acl: {web: [10.0.0.0/33]}}   | http.acl.web: '10.0.0.0/33' is no address
                    http: {acl: {web: [10.10]}}         | http.acl.web[0] has a value of the wrong kind
                    http: {acl: {pages: []}}            | no setting http.acl.pages
                    tls: {reload_seconds: 0}            | tls.reload_seconds is 0
                    media: {first_udp_port: 70000}      | media.first_udp_port is 70000, but must be 0 to 65535
                    media: {first_udp_port: 65535, loops: 2} | leaves no port below 65536 for each of the 2 loops
                    media: {loops: many}                | media.loops has a value of the wrong kind
                    media: {loops: 1.5}                 | media.loops has a value of the wrong kind
                    media: {frist_udp_port: 1}          | no setting media.frist_udp_port; did you mean first_udp_port?
                    media: 5                            | media is a section, not a value
                    media: {certificate: a.pem}         | must be given together
                    medai: {}                           | no setting medai; did you mean media?
                    rooms: [{room: 1}, {room: 1}]       | room 1 is listed twice
                    rooms: [5]                          | each entry must hold
                    rooms: [{room: 1, pubs: 3}]         | no setting rooms[0].pubs
                    signalling: {ping_seconds: 0}       | signalling.ping_seconds is 0, but must be 1 to 60
                    events: {handlers: [{url: "ftp://a/"}]} | events.handlers.url is 'ftp://a/', but must be one of http, https, ws or wss
                    events: {handlers: [{types: [all]}]} | events.handlers.url is ''
                    events: {handlers: [{url: "http://a/", typs: [all]}]} | no setting events.handlers[0].typs; did you mean types?
                    events: {handlers: [{url: "http://a/", types: []}]} | types: at least one
                    events: {handlers: [{url: "ws://a/", secret: s}]} | signs HTTP requests
                    events: {handlers: [{url: "http://a/"}, {url: "http://a/b"}]} | the name a is there twice
                    events: {handlers: [{url: "http://a/", queue_events: 0}]} | events.handlers.queue_events is 0, but must be 1 to 1000000
                    events: {handlers: [5]} | each entry must hold
                    events: {stats_period_seconds: -1} | events.stats_period_seconds is -1
                    signalling: {max_handles_per_session: 0} | signalling.max_handles_per_session is 0, but must be 1 to 100000
                    signalling: {max_requests_per_second: -1} | signalling.max_requests_per_second is -1, but must be 0 to 1000000
                    signalling: {candidates_timeout_seconds: 0} | signalling.candidates_timeout_seconds is 0, but must be 1 to 3600
                    auth: {jwt: {leeway_seconds: 301}}  | auth.jwt.leeway_seconds is 301, but must be 0 to 300
                    auth: {jwt: {issuer: us}}           | need auth.jwt.secret or auth.jwt.jwks_file
                    auth: {token_auth: maybe}           | auth.token_auth has a value of the wrong kind
                    '"just text"'                       | does not hold settings
                    'a: [b'                             | is not YAML
                    """)
    void aBadSettingStopsTheStartByItsName(String yaml, String explanation) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining(explanation);
    }

    @Test
    void nobodyIsAskedForAnythingUnlessTheSettingsSaySo() {
        var config = reader.read(null, Map.of());

        assertThat(config.signalling().apiSecret()).isEmpty();
        assertThat(config.auth().tokenAuth()).isFalse();
        assertThat(config.auth().tokenAuthSecret()).isEmpty();
        assertThat(config.auth().jwt().secret() + config.auth().jwt().jwksFile()).isEmpty();
        assertThat(config.signalling().acceptNewSessions()).isTrue();
    }

    @Test
    void noSecretIsInWhatALogWouldShow() {
        var config =
                reader.read(
                        null,
                        Map.of(
                                "PORTUNUS_SIGNALLING_API_SECRET", "hush-1",
                                "PORTUNUS_AUTH_TOKEN_AUTH_SECRET", "hush-2",
                                "PORTUNUS_AUTH_JWT_SECRET", "hush-3"));

        assertThat(config.auth().jwt().secret()).isEqualTo("hush-3");
        assertThat(config.signalling() + " " + config.auth() + " " + config.auth().jwt())
                .doesNotContain("hush");
    }

    @Test
    void aVariableThatNamesNothingIsRefused() {
        assertThatThrownBy(() -> reader.read(null, Map.of("PORTUNUS_MEDIA_PORT", "1")))
                .hasMessageContaining("PORTUNUS_MEDIA_PORT names no setting");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> reader.read(folder.resolve("none.yaml"), Map.of()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("none.yaml");
    }

    private ServerConfig read(String yaml) {
        return reader.read(write(yaml), Map.of());
    }

    private Path write(String yaml) {
        try {
            return Files.writeString(folder.resolve("portunus.yaml"), yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
