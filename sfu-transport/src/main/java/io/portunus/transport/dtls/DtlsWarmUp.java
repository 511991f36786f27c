// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One handshake of the server with itself before any client comes: the first one loads some
/// hundred classes, for which no client should wait.
public final class DtlsWarmUp {
    private static final int PATIENCE_SECONDS = 20;

    private DtlsWarmUp() {}

    private static final class End implements DtlsSession.Listener {
        private final CountDownLatch connected;
        private @Nullable DtlsSession other;

        End(CountDownLatch connected) {
            this.connected = connected;
        }

        @Override
        public void send(byte[] datagram) {
            if (other != null) {
                other.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length);
            }
        }

        @Override
        public void onConnected(SrtpKeyMaterial keys) {
            connected.countDown();
        }

        @Override
        public void onEnded(PeerEnd end, String reason) {}
    }

    /// Waits until it is done.
    ///
    /// @return whether the handshake came to its end, which it always should
    public static boolean run(DtlsIdentity identity, DtlsPermits permits) {
        var connected = new CountDownLatch(2);
        var clientEnd = new End(connected);
        var serverEnd = new End(connected);
        var client = session(identity, DtlsRole.CLIENT, permits, clientEnd);
        var server = session(identity, DtlsRole.SERVER, permits, serverEnd);
        clientEnd.other = server;
        serverEnd.other = client;
        server.start();
        client.start();
        try {
            return connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            client.close();
            server.close();
        }
    }

    private static DtlsSession session(
            DtlsIdentity identity, DtlsRole role, DtlsPermits permits, End end) {
        var own = List.of(new Fingerprint("sha-256", identity.fingerprint()));
        return new DtlsSession(identity, role, own, DtlsSettings.DEFAULT, permits, end);
    }
}
