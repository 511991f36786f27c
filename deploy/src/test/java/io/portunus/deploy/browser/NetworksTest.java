// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static io.portunus.deploy.browser.Party.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.Server;
import io.portunus.deploy.config.ConfigReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What people see when the network between them and the server changes, loses packets or blocks.
class NetworksTest {
    private static final int WINDOWS = 6;

    /// Firefox sends nothing over loopback; a machine without a network has Chromium alone.
    private static final @Nullable InetAddress NETWORK = usableAddress(Inet4Address.class);

    private static final @Nullable InetAddress NETWORK_V6 = usableAddress(Inet6Address.class);
    private static final InetAddress RELAY =
            NETWORK == null ? InetAddress.ofLiteral("127.0.0.2") : NETWORK;
    private static final String LEVELS_ROOM =
            "{room: 9, audiolevel_event: true, audio_active_packets: 10, audio_level_average: 90}";

    @TempDir private static Path folder;
    private static Server server;
    private static UdpRelay relay;
    private static Browser chromium;
    private static Browser firefox;

    @RegisterExtension final Party party = new Party();

    @BeforeAll
    static void start() throws IOException {
        var port = freePort();
        server = server("behind-relay", "127.0.0.1", RELAY, port);
        relay = new UdpRelay(RELAY, port);
        chromium = Browser.chromium();
        firefox = Browser.firefox();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        firefox.close();
        relay.close();
        server.close();
    }

    @AfterEach
    void mendTheNetwork() {
        relay.block(false);
        relay.lose(0);
    }

    @Test
    @DisplayName("row 37: addresses that are not the own ones, and that change")
    void aCallGoesOnWhenARouterGivesEverybodyANewAddress() {
        twoPeople();

        relay.rebind();

        for (var person : party.people()) {
            var before = person.inbound();
            assertThat(
                            person.awaitStreams(
                                    "streams.every((s) => s.kind !== 'video' || s.frames > "
                                            + (framesOf(before) + 30)
                                            + ")",
                                    PATIENCE_MILLIS))
                    .as(() -> person.name() + "'s picture should go on; " + person.inbound())
                    .isTrue();
            assertThat(person.awaitStory("ended", 0))
                    .as(() -> "the call of " + person.name() + " should not end; " + person.story())
                    .isFalse();
        }
    }

    @Test
    @DisplayName("row 36: an ICE restart of either side keeps the call going")
    void anIceRestartOfEitherSideKeepsTheCallGoing() {
        var people = twoPeople();
        for (var person : people) {
            for (var which : List.of("publisher", "viewer")) {
                var description = "window.call.connections." + which + ".remoteDescription.sdp";
                var ufrag = "(" + description + ".match(/ice-ufrag:(.*)/)[1])";
                var before = person.page().evaluate(ufrag).asText();

                person.run("window.call.restart('" + which + "')");

                assertThat(person.page().await(ufrag + " !== '" + before + "'", PATIENCE_MILLIS))
                        .as(person.name() + "'s " + which + " has new credentials of the server")
                        .isTrue();
                assertThat(
                                person.page()
                                        .await(
                                                "['connected', 'completed'].includes(window.call."
                                                        + "connections."
                                                        + which
                                                        + ".iceConnectionState)",
                                                PATIENCE_MILLIS))
                        .as(person.name() + "'s " + which + " is connected again")
                        .isTrue();
            }
        }
        party.assertEverythingMoves(1);
        for (var person : people) {
            assertThat(person.story()).doesNotContain("ended", "trouble");
        }
    }

    @Test
    @DisplayName("row 27: five per cent of loss each way freezes nobody")
    void fivePercentOfLossEachWayFreezesNobody() {
        var people = twoPeople();
        var lostBefore = relay.lost();
        var resentBefore = server.count(Fate.RESENT);

        relay.lose(5);
        var seenBefore = people.stream().map(person -> framesOf(person.inbound())).toList();
        var sentBefore = people.stream().map(CallPage::framesSent).toList();
        party.assertEverythingMoves(WINDOWS);
        for (var i = 0; i < people.size(); i++) {
            var seen = framesOf(people.get(i).inbound()) - seenBefore.get(i);
            var other = 1 - i;
            var sent = people.get(other).framesSent() - sentBefore.get(other);
            assertThat(seen)
                    .as("frames that %s saw, of %d sent", people.get(i).name(), sent)
                    .isGreaterThan(sent / 2);
        }
        assertThat(relay.lost() - lostBefore).as("packets that the network lost").isPositive();
        assertThat(server.count(Fate.RESENT) - resentBefore)
                .as("packets that the server sent again")
                .isPositive();
    }

    @Test
    void aNetworkWithoutUdpIsExplained() {
        relay.block(true);

        var ann = party.join(chromium, server.pageAddress(), "Ann");

        assertThat(ann.awaitStory("trouble", PATIENCE_MILLIS))
                .as(() -> "Ann should be told what is wrong; " + ann.story())
                .isTrue();
        assertThat(ann.page().evaluate("document.getElementById('warning').textContent").asText())
                .contains("UDP to " + RELAY.getHostAddress() + ":")
                .contains("seems to be blocked");
    }

    @Test
    @DisplayName("row 32: who talks is told, when that changes")
    void whoTalksIsToldToEverybody() {
        party.meetIn(9);
        for (var person : twoPeople()) {
            assertThat(
                            person.page()
                                    .await(
                                            "document.querySelector('#tiles .speaking') !== null",
                                            PATIENCE_MILLIS))
                    .as(person.name() + " sees who is speaking: the fake microphones beep")
                    .isTrue();
            assertThat(person.awaitStory("talking", PATIENCE_MILLIS))
                    .as(() -> person.name() + " is told who talks; " + person.story())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("row 37: full agents reach the lite server over IPv6 alone")
    void aCallWorksOverIpv6Alone() throws IOException {
        var address = NETWORK_V6 == null ? InetAddress.ofLiteral("::1") : NETWORK_V6;
        var literal = address.getHostAddress().replaceFirst("%.*", "");
        try (var only = server("ipv6", literal, address, freePort())) {
            party.join(chromium, only.pageAddress(), "Ann");
            party.join(NETWORK_V6 == null ? chromium : firefox, only.pageAddress(), "Eve");
            party.awaitPictures(1);
            for (var person : party.people()) {
                assertThat(
                                person.page()
                                        .evaluate(
                                                "[...window.call.connections.viewer"
                                                        + ".remoteDescription.sdp"
                                                        + ".matchAll(/a=candidate:.*/g)]"
                                                        + ".map(([line]) => line.split(' ')[4])"))
                        .as("where the server can be reached")
                        .allSatisfy(place -> assertThat(place.asText()).contains(":"))
                        .isNotEmpty();
            }
        }
    }

    private List<CallPage> twoPeople() {
        party.join(chromium, server.pageAddress(), "Ann");
        party.join(NETWORK == null ? chromium : firefox, server.pageAddress(), "Eve");
        party.awaitPictures(1);
        return party.people();
    }

    private static long framesOf(List<CallPage.Inbound> streams) {
        return streams.stream().mapToLong(CallPage.Inbound::frames).sum();
    }

    private static Server server(String name, String bind, InetAddress advertised, int port)
            throws IOException {
        var config = folder.resolve(name + ".yaml");
        Files.writeString(
                config,
                """
                media:
                  first_udp_port: %d
                  loops: 1
                  warm_up: false
                  addresses:
                    - {bind: '%s', advertise: '%s'}
                rooms:
                  - %s
                """
                        .formatted(
                                port,
                                bind,
                                advertised.getHostAddress().replaceFirst("%.*", ""),
                                LEVELS_ROOM));
        return Server.start(
                new ConfigReader()
                        .read(
                                config,
                                Map.of(
                                        "PORTUNUS_SIGNALLING_PORT", "0",
                                        "PORTUNUS_WEB_PORT", "0")));
    }

    private static @Nullable InetAddress usableAddress(Class<? extends InetAddress> family) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(family::isInstance)
                    .filter(address ->
                            !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .findFirst()
                    .orElse(null);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
