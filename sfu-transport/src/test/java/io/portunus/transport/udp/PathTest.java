// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.transport.testkit.QuietSocket;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
    private final MediaSocket socket = new QuietSocket(1);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.255.255.255", "::1", "2001:db8:ffff:1::8000:1"})
    void comesBackFromItsSocketAddressAsItWas(String literal) {
        var remote = new InetSocketAddress(literal, 65_535);
        var path = Path.to(socket, remote);
        var memory = Arena.ofAuto().allocate(Path.SOCKADDR_SLOT_BYTES, 8);

        path.writeSockaddr(memory, 0);
        var datagram = new Datagram(socket);
        MessageVector.readAddress(memory, 0, datagram);

        assertThat(datagram.pathBack()).isEqualTo(path).hasSameHashCodeAs(path);
        assertThat(path.remote()).isEqualTo(remote);
        assertThat(path.isIpv4()).isEqualTo(literal.indexOf(':') < 0);
    }
}
