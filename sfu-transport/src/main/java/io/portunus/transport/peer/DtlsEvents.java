// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerEnd;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.srtp.SrtpKeyMaterial;

/// Brings what a DTLS session says from its thread to the media loop.
final class DtlsEvents implements DtlsSession.Listener {
    /// What becomes of it there.
    interface Receiver {
        void onDtlsSend(byte[] datagram);

        void onDtlsConnected(SrtpKeyMaterial keys, long nowNanos);

        void onDtlsEnded(PeerEnd end, String reason);
    }

    /// A loop that takes no task for this long has stopped.
    private static final int MAX_ATTEMPTS = 1_000;

    private static final long RETRY_MILLIS = 5;

    private final HostedPeer peer;
    private final PeerHost host;
    private final Receiver receiver;

    DtlsEvents(HostedPeer peer, PeerHost host, Receiver receiver) {
        this.peer = peer;
        this.host = host;
        this.receiver = receiver;
    }

    /// Lost when the loop is overwhelmed, like on any network; the session sends it again.
    @Override
    public void send(byte[] datagram) {
        host.post(peer, _ -> receiver.onDtlsSend(datagram));
    }

    @Override
    public void onConnected(SrtpKeyMaterial keys) {
        postUntilTaken(nowNanos -> receiver.onDtlsConnected(keys, nowNanos));
    }

    @Override
    public void onEnded(PeerEnd end, String reason) {
        postUntilTaken(_ -> receiver.onDtlsEnded(end, reason));
    }

    /// Nothing would say these again. The session's thread may wait.
    private void postUntilTaken(PeerHost.Task task) {
        for (var attempt = 0; attempt < MAX_ATTEMPTS && !host.post(peer, task); attempt++) {
            try {
                Thread.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
