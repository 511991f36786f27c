// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsPermits;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.srtp.JdkCipherProvider;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerStateTest {
    private final SrtpKeyMaterial keys =
            new SrtpKeyMaterial(
                    SrtpProfile.AEAD_AES_128_GCM,
                    new byte[SrtpKeyMaterial.bytes(SrtpProfile.AEAD_AES_128_GCM)]);
    private final DtlsSession dtls =
            new DtlsSession(
                    DtlsIdentity.selfSigned(new SecureRandom()),
                    DtlsRole.SERVER,
                    List.of(),
                    DtlsSettings.DEFAULT,
                    new DtlsPermits(1),
                    new Nobody());
    private final PeerState waiting = new PeerState.Waiting(null);
    private final PeerState handshaking = new PeerState.Handshaking(dtls);
    private final PeerState connected =
            new PeerState.Connected(
                    dtls,
                    new SrtpInbound(keys, false, new JdkCipherProvider()),
                    new SrtpOutbound(keys, false, new JdkCipherProvider()));
    private final PeerState closed = new PeerState.Closed(PeerEnd.DETACHED);
    private final List<PeerState> all = List.of(waiting, handshaking, connected, closed);

    private record Nobody() implements DtlsSession.Listener {
        @Override
        public void send(byte[] datagram) {}

        @Override
        public void onConnected(SrtpKeyMaterial keys) {}

        @Override
        public void onEnded(PeerEnd end, String reason) {}
    }

    @Test
    void aConnectionOnlyGoesForwardsAndMayEndAtAnyTime() {
        assertThat(after(waiting)).containsExactly(waiting, handshaking, closed);
        assertThat(after(handshaking)).containsExactly(connected, closed);
        assertThat(after(connected)).containsExactly(closed);
        assertThat(after(closed)).isEmpty();
    }

    private List<PeerState> after(PeerState state) {
        return all.stream().filter(state::mayBecome).toList();
    }
}
