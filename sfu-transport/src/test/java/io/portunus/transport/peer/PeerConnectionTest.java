// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RemoteTransport;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.testkit.QuietSocket;
import io.portunus.transport.testkit.StunWriter;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One connection in virtual time, before any DTLS.
class PeerConnectionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerId PEER = new PeerId(1);
    private static final PeerConnections CONNECTIONS =
            new PeerConnections(
                    DtlsIdentity.selfSigned(new SecureRandom()),
                    IceSettings.DEFAULT,
                    DtlsSettings.DEFAULT,
                    SrtpCiphers.BEST,
                    new SecureRandom());

    private final QuietHost host = new QuietHost();
    private final QuietSocket socket = new QuietSocket(10_000);
    private final Path home = Path.to(socket, new InetSocketAddress("192.0.2.1", 1));
    private final Path office = Path.to(socket, new InetSocketAddress("192.0.2.1", 2));
    private final HostedPeer peer = CONNECTIONS.forLoop().create(PEER, host, 0);

    @AfterEach
    void stop() {
        peer.close(PeerEnd.SERVER_STOPPING, 60 * SECOND);
    }

    @Test
    void aCheckOfANewAddressIsRepeatedInTimeHoweverLongTheClientWasQuietBefore() {
        peer.apply(new PeerCommand.RestartIce(1, PEER), 0);
        var fingerprint = new RemoteTransport.Fingerprint("sha-256", "00");
        var remote = new RemoteTransport("them", "p".repeat(24), List.of(fingerprint), false);
        peer.apply(new PeerCommand.Accept(2, PEER, remote), 0);
        for (var second = 1; second <= 20; second += 5) {
            check(home, second * SECOND);
        }
        // The loop looks at its peers whenever one of them is due; this one never is.
        assertThat(peer.nextDeadlineNanos()).isEqualTo(31 * SECOND);
        host.wakeUps.clear();

        check(office, 20 * SECOND);

        assertThat(peer.nextDeadlineNanos()).isEqualTo(20 * SECOND + SECOND / 10);
        assertThat(host.wakeUps)
                .as("when the loop is told to look again")
                .contains(peer.nextDeadlineNanos());
    }

    private LocalTransport local() {
        return ((PeerEvent.Opened) host.events.getFirst()).local();
    }

    private void check(Path path, long nowNanos) {
        var check =
                StunWriter.check(new byte[12], local().ufrag() + ":them", true)
                        .integrity(local().password())
                        .fingerprint()
                        .bytes();
        peer.onStun(path, MemorySegment.ofArray(check), 0, check.length, nowNanos);
    }
}
