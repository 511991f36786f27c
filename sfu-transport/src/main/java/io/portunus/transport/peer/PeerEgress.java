// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// What goes to one client: protected where it lies in the loop's egress memory and queued to
/// wherever the client is. Confined to its media loop.
final class PeerEgress implements Egress {
    private static final long NOTHING = -1;

    private final PeerHost host;
    private @Nullable Path path;
    private @Nullable SrtpOutbound srtp;
    private long reserved = NOTHING;

    PeerEgress(PeerHost host) {
        this.host = host;
    }

    /// From now on everything goes by `path`.
    void select(Path path) {
        this.path = path;
    }

    /// From now on media may be sent.
    void start(SrtpOutbound srtp) {
        this.srtp = srtp;
    }

    /// Nothing is sent any more.
    void stop() {
        srtp = null;
        path = null;
        reserved = NOTHING;
    }

    @Override
    public MemorySegment memory() {
        return host.egress().memory();
    }

    @Override
    public long reserve(int bytes) {
        reserved =
                srtp == null || path == null
                        ? NOTHING
                        : host.egress().reserve(bytes + SrtpProfile.MAX_OVERHEAD_BYTES);
        return reserved;
    }

    @Override
    public Fate sendRtp(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        var to = path;
        if (srtp == null || to == null || reserved == NOTHING) {
            return Fate.NOT_CONNECTED;
        }
        var length =
                srtp.protectRtp(
                        memory(),
                        reserved,
                        headerBytes,
                        payload,
                        payloadOffset,
                        payloadBytes,
                        packetIndex);
        return queue(to, length);
    }

    @Override
    public Fate sendRtcp(int bytes) {
        var to = path;
        if (srtp == null || to == null || reserved == NOTHING) {
            return Fate.NOT_CONNECTED;
        }
        var length = srtp.protectRtcp(memory(), reserved, bytes);
        return length < 0 ? Fate.NOT_CONNECTED : queue(to, length);
    }

    @Override
    public int touch() {
        return (path == null ? 0 : path.touch()) + (srtp == null ? 0 : srtp.touch());
    }

    private Fate queue(Path to, int length) {
        host.send(to, reserved, length);
        reserved = NOTHING;
        return Fate.SENT;
    }

    /// Sends what needs no protection: DTLS, to wherever the client is.
    void sendPlain(byte[] datagram) {
        if (path != null) {
            sendPlain(path, datagram, datagram.length);
        }
    }

    /// Sends what needs no protection: STUN, to where it came from.
    void sendPlain(Path to, byte[] datagram, int length) {
        var offset = host.egress().reserve(length);
        if (offset >= 0) {
            MemorySegment.copy(datagram, 0, memory(), ValueLayout.JAVA_BYTE, offset, length);
            host.send(to, offset, length);
        }
    }
}
