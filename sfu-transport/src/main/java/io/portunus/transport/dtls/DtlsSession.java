// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.core.fate.Fate;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;

/// One connection's DTLS: the handshake, and after it the wait for the peer's close_notify and for
/// flights that were lost. Runs on a virtual thread of its own; is fed and closed by the media
/// loop.
public final class DtlsSession {
    /// Called on the session's thread, never after [#close] has returned but for what was under
    /// way.
    public interface Listener {
        void send(byte[] datagram);

        /// The handshake is complete and the peer is who its SDP says.
        void onConnected(SrtpKeyMaterial keys);

        /// Not called when we closed it. Nothing follows.
        void onEnded(PeerEnd end, String reason);
    }

    /// How many datagrams a handshake may take; one over a bad network takes a dozen.
    static final int MAX_HANDSHAKE_DATAGRAMS = 256;

    private static final int BUFFER_BYTES = 2_048;

    private final DtlsIdentity identity;
    private final DtlsRole role;
    private final List<Fingerprint> fingerprints;
    private final List<SrtpProfile> profiles;
    private final DtlsPermits permits;
    private final Listener listener;
    private final DtlsRecordFilter filter;
    private final DtlsDatagrams datagrams;
    private final int resendMillis;
    private final long deadlineNanos;
    private int handshakeDatagrams;
    private volatile @Nullable DTLSTransport connected;

    /// @param role ours
    /// @param fingerprints one of which the peer's certificate must have
    public DtlsSession(
            DtlsIdentity identity,
            DtlsRole role,
            List<Fingerprint> fingerprints,
            DtlsSettings settings,
            DtlsPermits permits,
            Listener listener) {
        this(
                identity,
                role,
                fingerprints,
                List.of(SrtpProfile.values()),
                settings,
                permits,
                listener);
    }

    /// @param profiles what we offer as the client, or choose from as the server, best first
    public DtlsSession(
            DtlsIdentity identity,
            DtlsRole role,
            List<Fingerprint> fingerprints,
            List<SrtpProfile> profiles,
            DtlsSettings settings,
            DtlsPermits permits,
            Listener listener) {
        this.identity = identity;
        this.role = role;
        this.fingerprints = List.copyOf(fingerprints);
        this.profiles = List.copyOf(profiles);
        this.permits = permits;
        this.listener = listener;
        filter = new DtlsRecordFilter(role == DtlsRole.CLIENT);
        datagrams = new DtlsDatagrams(permits, listener::send);
        resendMillis = (int) settings.firstResend().toMillis();
        deadlineNanos = System.nanoTime() + settings.handshake().toNanos();
    }

    /// Ours.
    public DtlsRole role() {
        return role;
    }

    public void start() {
        Thread.ofVirtual().name("dtls").start(this::run);
    }

    /// A datagram from the peer; copied. Called on the media loop, never waits.
    ///
    /// @return what became of it
    public Fate onDatagram(MemorySegment memory, long offset, int length) {
        if (connected == null && ++handshakeDatagrams > MAX_HANDSHAKE_DATAGRAMS) {
            return Fate.DTLS_QUEUE_FULL;
        }
        var datagram = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, datagram, 0, length);
        var usable = filter.usableBytes(datagram);
        if (usable == 0) {
            return Fate.DTLS_MALFORMED;
        }
        var passed = usable == length ? datagram : Arrays.copyOf(datagram, usable);
        return datagrams.offer(passed) ? Fate.DTLS_RECEIVED : Fate.DTLS_QUEUE_FULL;
    }

    /// Ends it. Called on the media loop, once; never waits.
    ///
    /// @return the close_notify to send, if there is anything to close
    public byte @Nullable [] close() {
        var transport = connected;
        byte[] goodbye = null;
        if (transport != null && !datagrams.hasPeerClosed()) {
            datagrams.gatherOnly();
            try {
                transport.close();
                goodbye = datagrams.takeGathered();
            } catch (IOException | RuntimeException _) {
                // Then the peer finds out by itself.
                goodbye = null;
            }
        }
        datagrams.shut();
        return goodbye;
    }

    private void run() {
        permits.acquire();
        try {
            var transport = role == DtlsRole.CLIENT ? connect() : accept();
            datagrams.sendLastFlight();
            receiveUntilClosed(transport);
            end(PeerEnd.DTLS_CLOSED, "close_notify");
        } catch (TlsTimeoutException e) {
            end(PeerEnd.DTLS_TIMEOUT, e.toString());
        } catch (IOException | RuntimeException e) {
            var isOver = connected != null || datagrams.hasPeerClosed();
            end(isOver ? PeerEnd.DTLS_CLOSED : PeerEnd.DTLS_FAILED, reason(e));
        } finally {
            permits.release();
        }
    }

    private static String reason(Exception failure) {
        var cause = failure.getCause();
        return cause == null ? failure.toString() : failure + ": " + cause;
    }

    private void end(PeerEnd end, String reason) {
        if (!datagrams.isShut()) {
            datagrams.shut();
            listener.onEnded(end, reason);
        }
    }

    private DTLSTransport connect() throws IOException {
        var client =
                new SrtpClient(
                        identity,
                        fingerprints,
                        profiles,
                        remainingMillis(),
                        resendMillis,
                        datagrams::onPeerClosed);
        var transport = new DTLSClientProtocol().connect(client, datagrams);
        announce(transport, client.srtp());
        return transport;
    }

    /// Starts over after whatever was no usable hello, since anybody who can write our address on
    /// an envelope could have sent that.
    private DTLSTransport accept() throws IOException {
        while (true) {
            datagrams.expectHello();
            var server =
                    new SrtpServer(
                            identity,
                            fingerprints,
                            profiles,
                            remainingMillis(),
                            resendMillis,
                            datagrams);
            try {
                var transport = new DTLSServerProtocol().accept(server, datagrams);
                announce(transport, server.srtp());
                return transport;
            } catch (TlsTimeoutException e) {
                throw e;
            } catch (IOException e) {
                if (server.hasAnswered() || datagrams.isShut()) {
                    throw e;
                }
            }
        }
    }

    private int remainingMillis() throws IOException {
        var millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (millis <= 0) {
            throw new TlsTimeoutException("no handshake in time");
        }
        return (int) millis;
    }

    private void announce(DTLSTransport transport, SrtpNegotiation srtp) throws IOException {
        connected = transport;
        if (!datagrams.isShut()) {
            listener.onConnected(srtp.keys());
        }
    }

    /// Application data is not expected yet, and not looked at.
    private void receiveUntilClosed(DTLSTransport transport) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        while (!datagrams.hasPeerClosed() && !datagrams.isShut()) {
            transport.receive(buffer, 0, buffer.length, 0);
        }
    }
}
