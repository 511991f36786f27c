// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.PeerTransport;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;

/// What goes to one subscriber, as the transport of a connected peer does it: encrypted where it
/// lies in egress memory and queued at the socket.
final class MediaEgress implements PeerTransport, Egress {
    private final EgressMemory egress;
    private final Path path;
    private final SrtpOutbound srtp;
    private long reserved;

    MediaEgress(EgressMemory egress, Path path, SrtpOutbound srtp) {
        this.egress = egress;
        this.path = path;
        this.srtp = srtp;
    }

    @Override
    public Egress egress() {
        return this;
    }

    @Override
    public MemorySegment memory() {
        return egress.memory();
    }

    @Override
    public long reserve(int bytes) {
        reserved = egress.reserve(bytes + SrtpProfile.MAX_OVERHEAD_BYTES);
        return reserved;
    }

    @Override
    public Fate sendRtp(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        return queue(
                srtp.protectRtp(
                        memory(),
                        reserved,
                        headerBytes,
                        payload,
                        payloadOffset,
                        payloadBytes,
                        packetIndex));
    }

    @Override
    public Fate sendRtcp(int bytes) {
        return queue(srtp.protectRtcp(memory(), reserved, bytes));
    }

    @Override
    public int touch() {
        return path.touch() + srtp.touch();
    }

    private Fate queue(int length) {
        egress.take(reserved, length);
        path.socket().queue(path, reserved, length);
        return Fate.SENT;
    }

    @Override
    public void close(PeerEnd end) {}
}
