// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsPermits;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.srtp.JdkCipherProvider;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A scripted browser over a real UDP socket: controlling ICE, DTLS and SRTP, without any media of
/// its own. Made for tests and load: it does what it is told and keeps what it receives.
/// Thread-safe.
public final class WebRtcClient implements AutoCloseable {
    private static final DtlsPermits PERMITS = new DtlsPermits(16);
    private static final DtlsIdentity IDENTITY = DtlsIdentity.selfSigned(new SecureRandom());
    private static final int MAX_RECEIVED = 100_000;
    private static final int POLL_MILLIS = 20;
    private static final long EAGER_CHECK_NANOS = 50_000_000L;
    private static final long KEEP_ALIVE_NANOS = 1_000_000_000L;

    private final SecureRandom random = new SecureRandom();
    private final String ufrag;
    private final String password;
    private final List<SrtpProfile> profiles;
    private final DtlsRole role;
    private final SrtpCipherProvider ciphers = new JdkCipherProvider();
    private final LinkedBlockingQueue<byte[]> rtp = new LinkedBlockingQueue<>(MAX_RECEIVED);
    private final LinkedBlockingQueue<byte[]> rtcp = new LinkedBlockingQueue<>(MAX_RECEIVED);
    private final CompletableFuture<SrtpProfile> connected = new CompletableFuture<>();
    private final CompletableFuture<PeerEnd> ended = new CompletableFuture<>();

    /// Checks that somebody waits for, by their transactions.
    private final Map<ByteBuffer, CompletableFuture<Boolean>> awaited = new HashMap<>();

    private final byte[] work = new byte[4_096];
    private volatile DatagramSocket socket = open();
    private volatile boolean isClosed;
    private volatile boolean answersChecks = true;
    private volatile boolean sendsChecks = true;
    private volatile long connectedAtNanos;
    private @Nullable LocalTransport server;
    private @Nullable InetSocketAddress address;
    private @Nullable DtlsSession dtls;
    private @Nullable SrtpInbound inbound;
    private @Nullable SrtpOutbound outbound;
    private long lastCheckNanos;
    private int checksAnswered;

    /// A client that is active in DTLS and offers every profile.
    public WebRtcClient() {
        this(DtlsRole.CLIENT, SrtpProfile.values());
    }

    /// @param role its own in DTLS
    /// @param profiles what it offers, best first, if it is the DTLS client
    public WebRtcClient(DtlsRole role, SrtpProfile... profiles) {
        this.role = role;
        this.profiles = List.of(profiles);
        ufrag = Long.toString(random.nextLong(1L << 40, 1L << 41), 36);
        password = ufrag + ufrag + ufrag;
    }

    private static DatagramSocket open() {
        try {
            var opened = new DatagramSocket(new InetSocketAddress(loopback(), 0));
            opened.setSoTimeout(POLL_MILLIS);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    /// What its SDP says.
    public RemoteTransport description() {
        var fingerprint = new RemoteTransport.Fingerprint("sha-256", IDENTITY.fingerprint());
        return new RemoteTransport(ufrag, password, List.of(fingerprint), role == DtlsRole.SERVER);
    }

    /// Starts connecting to the first candidate of what the server's SDP says; again after an ICE
    /// restart.
    public synchronized void connect(LocalTransport server) {
        var candidate = server.candidates().getFirst();
        address =
                new InetSocketAddress(InetAddress.ofLiteral(candidate.address()), candidate.port());
        var isFirst = this.server == null;
        this.server = server;
        if (isFirst) {
            Thread.ofVirtual().name("webrtc-client").start(this::receiveAll);
        }
        sendCheck();
    }

    /// Waits until DTLS is done.
    public SrtpProfile awaitConnected(Duration patience) {
        return await(connected, patience, "the client does not get connected");
    }

    /// When DTLS was done, by [System#nanoTime]. Only after [#awaitConnected].
    public long connectedAtNanos() {
        return connectedAtNanos;
    }

    /// Waits until the server has closed the connection.
    public PeerEnd awaitEnd(Duration patience) {
        return await(ended, patience, "the client is not told of the end");
    }

    private static <T> T await(CompletableFuture<T> future, Duration patience, String otherwise) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(otherwise, e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Protects and sends a plain RTP packet.
    ///
    /// @param index roll-over counter and sequence number
    public synchronized void sendRtp(byte[] packet, int headerBytes, long index) {
        var srtp = Objects.requireNonNull(outbound, "not connected");
        System.arraycopy(packet, 0, work, 0, packet.length);
        var memory = MemorySegment.ofArray(work);
        var payload = packet.length - headerBytes;
        send(
                Arrays.copyOf(
                        work,
                        srtp.protectRtp(
                                memory, 0, headerBytes, memory, headerBytes, payload, index)));
    }

    /// Protects and sends a plain compound RTCP packet.
    public synchronized void sendRtcp(byte[] packet) {
        var srtp = Objects.requireNonNull(outbound, "not connected");
        System.arraycopy(packet, 0, work, 0, packet.length);
        var length = srtp.protectRtcp(MemorySegment.ofArray(work), 0, packet.length);
        send(Arrays.copyOf(work, length));
    }

    /// Sends any bytes at all.
    public synchronized void send(byte[] datagram) {
        try {
            if (address != null && !socket.isClosed()) {
                socket.send(new DatagramPacket(datagram, datagram.length, address));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next plain RTP packet from the server; null when none comes in time.
    public byte @Nullable [] nextRtp(Duration patience) throws InterruptedException {
        return rtp.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The next plain compound RTCP packet from the server; null when none comes in time.
    public byte @Nullable [] nextRtcp(Duration patience) throws InterruptedException {
        return rtcp.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// How many of its checks were answered.
    public synchronized int checksAnswered() {
        return checksAnswered;
    }

    /// Waits until all that the server has sent so far has come: it answers a check of now behind
    /// that, and nothing overtakes anything on loopback.
    public void catchUp(Duration patience) {
        var answered = new CompletableFuture<Boolean>();
        synchronized (this) {
            var id = newTransaction();
            awaited.put(ByteBuffer.wrap(id), answered);
            sendCheck(id);
        }
        var _ = await(answered, patience, "the client's check is not answered");
    }

    /// Moves to another port, as a client does whose network changes.
    ///
    /// @param answersChecks whether the server's checks reach it there
    public void move(boolean answersChecks) {
        this.answersChecks = answersChecks;
        var old = socket;
        socket = open();
        old.close();
        sendCheck();
    }

    /// Falls silent, as a client does whose network goes away.
    public void vanish() {
        sendsChecks = false;
        answersChecks = false;
    }

    /// Stops without a goodbye, as a client does whose machine loses power.
    public synchronized void abandon() {
        isClosed = true;
        socket.close();
    }

    private void sendCheck() {
        sendCheck(newTransaction());
    }

    private byte[] newTransaction() {
        var id = new byte[12];
        random.nextBytes(id);
        return id;
    }

    private synchronized void sendCheck(byte[] id) {
        if (server == null || !sendsChecks || isClosed) {
            return;
        }
        lastCheckNanos = System.nanoTime();
        var userName = server.ufrag() + ":" + ufrag;
        send(
                StunWriter.check(id, userName, true)
                        .integrity(server.password())
                        .fingerprint()
                        .bytes());
    }

    private void receiveAll() {
        var datagram = new DatagramPacket(new byte[2_048], 2_048);
        while (!isClosed) {
            try {
                datagram.setLength(2_048);
                socket.receive(datagram);
                receive(Arrays.copyOf(datagram.getData(), datagram.getLength()));
            } catch (SocketTimeoutException _) {
                // Time to look whether a check is due.
            } catch (IOException _) {
                // The socket was changed for another.
            }
            checkWhenDue();
        }
        socket.close();
    }

    private synchronized void checkWhenDue() {
        var interval = checksAnswered == 0 ? EAGER_CHECK_NANOS : KEEP_ALIVE_NANOS;
        if (System.nanoTime() - lastCheckNanos >= interval) {
            sendCheck();
        }
    }

    private synchronized void receive(byte[] datagram) {
        if (datagram.length < 2) {
            return;
        }
        var first = datagram[0] & 0xFF;
        if (first <= 3) {
            onStun(datagram);
        } else if (first <= 63 && dtls != null) {
            dtls.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length);
        } else if (first >= 128 && inbound != null) {
            onSrtp(datagram, inbound);
        }
    }

    private void onStun(byte[] datagram) {
        var message = new StunReader(datagram);
        if (message.type() == StunWriter.SUCCESS) {
            checksAnswered++;
            var waiting = awaited.remove(ByteBuffer.wrap(message.transactionId()));
            if (waiting != null) {
                waiting.complete(true);
            }
            startDtls();
        } else if (message.type() == StunWriter.REQUEST
                && answersChecks
                && message.isSignedBy(password)) {
            var mapped = new StunWriter(StunWriter.SUCCESS, message.transactionId());
            send(
                    mapped.attribute(StunWriter.XOR_MAPPED_ADDRESS, new byte[8])
                            .integrity(password)
                            .fingerprint()
                            .bytes());
        }
    }

    private void startDtls() {
        if (dtls != null || server == null) {
            return;
        }
        var fingerprint = new RemoteTransport.Fingerprint("sha-256", server.fingerprint());
        dtls =
                new DtlsSession(
                        IDENTITY,
                        role,
                        List.of(fingerprint),
                        profiles,
                        DtlsSettings.DEFAULT,
                        PERMITS,
                        new Session());
        dtls.start();
    }

    private void onSrtp(byte[] datagram, SrtpInbound srtp) {
        var isRtcp = (datagram[1] & 0xFF) >= 192 && (datagram[1] & 0xFF) <= 223;
        var memory = MemorySegment.ofArray(datagram);
        var target = MemorySegment.ofArray(work);
        var length =
                isRtcp
                        ? srtp.unprotectRtcp(memory, 0, datagram.length, target, 0)
                        : srtp.unprotectRtp(memory, 0, datagram.length, target, 0);
        if (length >= 0) {
            var plain = target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            (isRtcp ? rtcp : rtp).offer(plain);
        }
    }

    private synchronized void onKeys(SrtpKeyMaterial keys) {
        inbound = new SrtpInbound(keys, role == DtlsRole.CLIENT, ciphers);
        outbound = new SrtpOutbound(keys, role == DtlsRole.CLIENT, ciphers);
    }

    private final class Session implements DtlsSession.Listener {
        @Override
        public void send(byte[] datagram) {
            WebRtcClient.this.send(datagram);
        }

        @Override
        public void onConnected(SrtpKeyMaterial keys) {
            onKeys(keys);
            connectedAtNanos = System.nanoTime();
            connected.complete(keys.profile());
        }

        @Override
        public void onEnded(PeerEnd end, String reason) {
            ended.complete(end);
            connected.completeExceptionally(new AssertionError(end + ": " + reason));
        }
    }

    /// Says goodbye by close_notify, if connected, and stops.
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        var goodbye = dtls == null ? null : dtls.close();
        if (goodbye != null) {
            send(goodbye);
        }
        isClosed = true;
        if (server == null) {
            // Otherwise whoever receives closes it.
            socket.close();
        }
    }
}
