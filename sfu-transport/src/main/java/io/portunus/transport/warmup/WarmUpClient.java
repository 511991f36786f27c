// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.warmup;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport;
import io.portunus.core.rtcp.RtcpWriter;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsPermits;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.dtls.DtlsSession;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceCredentials;
import io.portunus.transport.ice.StunCheck;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.udp.DatagramKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One client of a warm-up: as much of ICE, DTLS and SRTP as the server needs to have seen. What it
/// is sent it reads no further than the header. Confined to the warm-up's thread, but for what its
/// handshake does.
final class WarmUpClient implements DtlsSession.Listener, AutoCloseable {
    private static final int MAX_BYTES = 2_048;
    private static final int SEQUENCE_AT = 2;
    private static final int SSRC_AT = 8;

    private final DtlsIdentity identity;
    private final DtlsPermits permits;
    private final SrtpCipherProvider ciphers;
    private final IceCredentials own;
    private final DatagramChannel channel;
    private final StunCheck check = new StunCheck();
    private final MemorySegment memory = Arena.ofAuto().allocate(MAX_BYTES, 64);
    private final ByteBuffer outgoing = memory.asByteBuffer();
    private final MemorySegment received = Arena.ofAuto().allocate(MAX_BYTES, 64);
    private final ByteBuffer incoming = received.asByteBuffer();
    private final RtcpWriter rtcp = new RtcpWriter();

    private @Nullable IceCredentials server;
    private @Nullable DtlsSession dtls;
    private volatile @Nullable SrtpKeyMaterial keys;
    private @Nullable SrtpOutbound outbound;
    private int watched;
    private int newest = -1;

    /// @param at where the media loop listens
    WarmUpClient(
            InetSocketAddress at,
            DtlsIdentity identity,
            DtlsPermits permits,
            SrtpCipherProvider ciphers,
            SecureRandom random)
            throws IOException {
        this.identity = identity;
        this.permits = permits;
        this.ciphers = ciphers;
        own = IceCredentials.create(random);
        channel = DatagramChannel.open();
        channel.connect(at);
        channel.configureBlocking(false);
    }

    /// What the server is to know.
    RemoteTransport description() {
        var fingerprint = new RemoteTransport.Fingerprint("sha-256", identity.fingerprint());
        return new RemoteTransport(own.ufrag(), own.password(), List.of(fingerprint), false);
    }

    /// Begins; [#isConnected] says when it is done, provided that [#read] is called meanwhile.
    void connect(LocalTransport to) throws IOException {
        server = new IceCredentials(to.ufrag(), to.password());
        check();
        var fingerprint = new RemoteTransport.Fingerprint("sha-256", to.fingerprint());
        dtls =
                new DtlsSession(
                        identity,
                        DtlsRole.CLIENT,
                        List.of(fingerprint),
                        DtlsSettings.DEFAULT,
                        permits,
                        this);
        dtls.start();
    }

    boolean isConnected() {
        var known = keys;
        if (outbound == null && known != null) {
            outbound = new SrtpOutbound(known, true, ciphers);
        }
        return outbound != null;
    }

    /// Says that it is still there, as clients do every few seconds.
    void check() throws IOException {
        if (server != null) {
            channel.write(ByteBuffer.wrap(check.write(server, own.ufrag())));
        }
    }

    /// Which stream [#newest] is about.
    void watch(int ssrc) {
        watched = ssrc;
    }

    /// The SSRC that is watched; 0 for none.
    int watched() {
        return watched;
    }

    /// Reads all that has come.
    void read() throws IOException {
        while (channel.read(incoming.clear()) > 0) {
            var length = incoming.position();
            switch (DatagramKind.of(received, 0, length)) {
                case DTLS -> onDtls(length);
                case SRTP -> onSrtp(length);
                case STUN, SRTCP, UNKNOWN -> {}
            }
        }
    }

    private void onDtls(int length) {
        if (dtls != null) {
            var _ = dtls.onDatagram(received, 0, length);
        }
    }

    private void onSrtp(int length) {
        if (length > SSRC_AT + Integer.BYTES && incoming.getInt(SSRC_AT) == watched) {
            newest = Short.toUnsignedInt(incoming.getShort(SEQUENCE_AT));
        }
    }

    /// The sequence number that came last of the stream that is watched; -1 before the first.
    int newest() {
        return newest;
    }

    /// Where to write what [#sendRtp] sends.
    ByteBuffer packet() {
        return outgoing.clear();
    }

    /// Sends the packet that was written.
    ///
    /// @param index 48 bits; its lower 16 are the sequence number in the header
    void sendRtp(int headerBytes, int payloadBytes, long index) throws IOException {
        if (outbound != null) {
            send(
                    outbound.protectRtp(
                            memory, 0, headerBytes, memory, headerBytes, payloadBytes, index));
        }
    }

    /// Begins a compound, which [#sendRtcp] sends.
    RtcpWriter rtcp() {
        rtcp.begin(memory, 0, MAX_BYTES / 2);
        return rtcp;
    }

    void sendRtcp() throws IOException {
        if (outbound != null && rtcp.bytes() > 0) {
            send(outbound.protectRtcp(memory, 0, rtcp.bytes()));
        }
    }

    /// What is written in transport-wide feedback.
    MemorySegment memory() {
        return memory;
    }

    private void send(int length) throws IOException {
        if (length > 0) {
            channel.write(outgoing.clear().limit(length));
        }
    }

    @Override
    public void send(byte[] datagram) {
        try {
            channel.write(ByteBuffer.wrap(datagram));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onConnected(SrtpKeyMaterial keys) {
        this.keys = keys;
    }

    @Override
    public void onEnded(PeerEnd end, String reason) {
        // Whoever waits for the connection does not wait for ever.
    }

    @Override
    public void close() throws IOException {
        if (dtls != null) {
            var goodbye = dtls.close();
            if (goodbye != null) {
                channel.write(ByteBuffer.wrap(goodbye));
            }
        }
        if (outbound != null) {
            outbound.close();
        }
        channel.close();
    }
}
