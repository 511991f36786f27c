// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.transport.udp.SocketKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopSettingsTest {
    private static final List<LocalAddress> LOOPBACK =
            List.of(new LocalAddress(InetAddress.getLoopbackAddress()));

    @Test
    void theDefaultsHoldAndIncludeLoopback() {
        var settings = LoopSettings.defaults();

        assertThat(settings.firstPort()).isEqualTo(10_000);
        assertThat(settings.portOf(3)).isEqualTo(10_003);
        assertThat(settings.addresses())
                .anyMatch(address -> address.bind().isLoopbackAddress())
                .noneMatch(address -> address.bind().isLinkLocalAddress())
                .noneMatch(address -> address.advertised().getHostAddress().contains("%"));
        assertThat(new HashSet<>(settings.addresses())).hasSameSizeAs(settings.addresses());
    }

    @Test
    void everyRefusalNamesWhatIsWrong() {
        assertThatThrownBy(() -> with(10_000, 0, LOOPBACK, 1 << 20))
                .hasMessageContaining("number of media loops must be 1 to 64 and is 0");
        assertThatThrownBy(() -> with(65_530, 10, LOOPBACK, 1 << 20))
                .hasMessageContaining("first UDP port 65530 leaves none for each of 10 loops");
        assertThatThrownBy(() -> with(-1, 1, LOOPBACK, 1 << 20))
                .hasMessageContaining("first UDP port must be 0 to 65535");
        assertThatThrownBy(() -> with(10_000, 1, List.of(), 1 << 20))
                .hasMessageContaining("number of media addresses");
        assertThatThrownBy(
                        () -> with(10_000, 1, List.of(LOOPBACK.get(0), LOOPBACK.get(0)), 1 << 20))
                .hasMessageContaining("127.0.0.1 is given twice");
        assertThatThrownBy(() -> with(10_000, 1, LOOPBACK, 1))
                .hasMessageContaining("packet memory bytes");
    }

    @Test
    void aWildcardIsNoAddressToListenOn() throws UnknownHostException {
        var wildcard = InetAddress.getByAddress(new byte[4]);

        assertThatThrownBy(() -> new LocalAddress(wildcard))
                .hasMessageContaining("0.0.0.0 must be one particular address");
    }

    private static LoopSettings with(
            int firstPort, int loops, List<LocalAddress> addresses, long packetMemoryBytes) {
        return new LoopSettings(
                firstPort,
                loops,
                addresses,
                LoopSettings.DEFAULT_BUFFER_BYTES,
                LoopSettings.DEFAULT_BUFFER_BYTES,
                packetMemoryBytes,
                SocketKind.NETTY,
                true);
    }
}
