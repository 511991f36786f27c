// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Stun.Role;
import io.portunus.bench.load.udp.Address;
import io.portunus.bench.load.udp.DatagramListener;
import io.portunus.bench.load.udp.UdpSocket;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceCredentials;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One PeerConnection: a socket, ICE, DTLS and SRTP, and the media that it is for. Confined to its
/// network thread, but for what says otherwise.
public final class Connection implements DatagramListener, AutoCloseable {
    private static final int RTCP_ROOM = 2_048;
    private static final int MIN_RTCP_BYTES = 8;

    private final Network network;
    private final Media media;
    private final List<SrtpProfile> profiles;
    private final IceCredentials credentials;
    private final UdpSocket socket;
    private final IceAgent ice;
    private final CompletableFuture<SrtpProfile> connected = new CompletableFuture<>();
    private final byte[] plain = new byte[RTCP_ROOM];
    private final MemorySegment plainSegment = MemorySegment.ofArray(plain);
    private volatile long remote = Address.NONE;
    private volatile @Nullable SrtpKeyMaterial keys;
    private @Nullable SrtpInbound inbound;
    private DtlsRole role = DtlsRole.CLIENT;
    private @Nullable DtlsSession dtls;
    private boolean dtlsStarted;

    /// @param offers whether it is this side that makes the offer
    /// @param profiles best first
    public Connection(
            Network network,
            InetAddress local,
            boolean offers,
            List<SrtpProfile> profiles,
            Media media) {
        this.network = network;
        this.media = media;
        this.profiles = profiles;
        credentials = IceCredentials.create(network.random());
        socket = new UdpSocket(local);
        var iceRole = offers ? Role.CONTROLLING : Role.CONTROLLED;
        ice = new IceAgent(credentials, iceRole, network.random(), socket::send);
        network.add(this);
    }

    /// What it sends from; receiving is for its network thread.
    public UdpSocket socket() {
        return socket;
    }

    Network network() {
        return network;
    }

    /// What its description says of its transport. Thread-safe.
    public LocalDescription description() {
        return new LocalDescription(
                credentials.ufrag(),
                credentials.password(),
                network.identity().fingerprint(),
                Address.toSocketAddress(socket.local()));
    }

    /// Starts connecting to what the server's description says. Thread-safe.
    public void connect(RemoteDescription server, DtlsRole role) {
        network.execute(() -> {
            this.role = role;
            dtls =
                    new DtlsSession(
                            network.identity(),
                            role,
                            List.of(
                                    new Fingerprint(
                                            server.fingerprintAlgorithm(), server.fingerprint())),
                            profiles,
                            DtlsSettings.DEFAULT,
                            network.permits(),
                            new Session());
            ice.remote(
                    new IceCredentials(server.ufrag(), server.password()),
                    server.isLite(),
                    server.candidates(),
                    System.nanoTime());
            startDtls();
        });
    }

    /// Completes when media may flow. Thread-safe.
    public CompletableFuture<SrtpProfile> connected() {
        return connected;
    }

    /// Where media goes; [Address#NONE] before it may. Thread-safe.
    long remote() {
        return remote;
    }

    /// What to protect packets with, once for each connection; null before there are keys. It
    /// belongs to the calling thread, as `ciphers` does.
    public @Nullable SrtpOutbound outbound(SrtpCipherProvider ciphers) {
        var keys = this.keys;
        return keys == null ? null : new SrtpOutbound(keys, role == DtlsRole.CLIENT, ciphers);
    }

    /// What the server sends is read with; null before there are keys.
    @Nullable SrtpInbound inbound() {
        var keys = this.keys;
        if (inbound == null && keys != null) {
            inbound = new SrtpInbound(keys, role == DtlsRole.CLIENT, network.ciphers());
        }
        return inbound;
    }

    /// Sends a compound packet, on the thread that `outbound` belongs to.
    ///
    /// @param work room for it
    void sendRtcp(SrtpOutbound outbound, byte[] packet, byte[] work) {
        System.arraycopy(packet, 0, work, 0, packet.length);
        var length = outbound.protectRtcp(MemorySegment.ofArray(work), 0, packet.length);
        if (length > 0) {
            socket.send(Arrays.copyOf(work, length), remote);
        }
    }

    private void startDtls() {
        remote = ice.selected();
        // The server's hello may come before the pair is chosen, so who waits for it waits at once.
        var mayStart = role == DtlsRole.SERVER || remote != Address.NONE;
        if (dtls != null && !dtlsStarted && mayStart) {
            dtlsStarted = true;
            dtls.start();
        }
    }

    @Override
    public void onDatagram(
            MemorySegment memory, long offset, int length, long from, long receivedAtNanos) {
        if (length < 2) {
            return;
        }
        var first = memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
        if (first >= 128 && first < 192) {
            onMedia(memory, offset, length, receivedAtNanos);
        } else if (first < 4) {
            onStun(memory, offset, length, from);
        } else if (first >= 20 && first < 64 && dtls != null) {
            if (remote == Address.NONE) {
                remote = from;
            }
            dtls.onDatagram(memory, offset, length);
        }
    }

    private void onStun(MemorySegment memory, long offset, int length, long from) {
        var datagram = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, datagram, 0, length);
        ice.onDatagram(datagram, from, System.nanoTime());
        if (ice.selected() != remote) {
            startDtls();
        }
    }

    private void onMedia(MemorySegment memory, long offset, int length, long receivedAtNanos) {
        var type = memory.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xFF;
        // RFC 5761 §4.
        if (type < 192 || type > 223) {
            var at =
                    receivedAtNanos == 0
                            ? System.nanoTime()
                            : network.clock().toMonotonic(receivedAtNanos);
            media.onRtp(this, memory, offset, length, at);
            return;
        }
        var srtp = inbound();
        var bytes = srtp == null ? -1 : srtp.unprotectRtcp(memory, offset, length, plainSegment, 0);
        var now = System.nanoTime();
        for (var at = 0; at + MIN_RTCP_BYTES <= bytes; ) {
            var size = 4 + 4 * ((plain[at + 2] & 0xFF) << 8 | (plain[at + 3] & 0xFF));
            if (size < MIN_RTCP_BYTES || at + size > bytes) {
                return;
            }
            media.onRtcp(this, ByteBuffer.wrap(plain, at, size).slice(), now);
            at += size;
        }
    }

    void onTick(long nowNanos) {
        ice.onTick(nowNanos);
        if (keys != null) {
            media.onTick(this, nowNanos);
        }
    }

    int roleConflicts() {
        return ice.roleConflicts();
    }

    private final class Session implements DtlsSession.Listener {
        @Override
        public void send(byte[] datagram) {
            socket.send(datagram, remote);
        }

        @Override
        public void onConnected(SrtpKeyMaterial material) {
            keys = material;
            connected.complete(material.profile());
        }

        @Override
        public void onEnded(PeerEnd end, String reason) {
            connected.completeExceptionally(new IllegalStateException(end + ": " + reason));
        }
    }

    /// Says goodbye and closes the socket. Thread-safe; after its network thread has ended, too.
    @Override
    public void close() {
        var goodbye = dtls == null ? null : dtls.close();
        if (goodbye != null) {
            socket.send(goodbye, remote);
        }
        socket.close();
    }
}
