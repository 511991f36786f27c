// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.Peer;
import io.portunus.transport.srtp.SrtpProfile;
import io.portunus.transport.testkit.HostInTheMiddle;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A connection that sends back all media that it can decrypt, straight from the packet memory, as
/// the core would send it to somebody else.
final class EchoingPeer implements HostedPeer {
    private static final int RTP_HEADER_BYTES = 12;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int RECEIVER_REPORT = 0x80C9_0001;

    private final SrtpProfile profile;
    private final PeerHost host;
    private final HostedPeer connection;

    /// @param factory makes the connection; what it registers with its host is this
    EchoingPeer(PeerId id, SrtpProfile profile, PeerFactory factory, PeerHost host, long nowNanos) {
        this.profile = profile;
        this.host = host;
        connection = factory.create(id, new HostInTheMiddle(host, this), nowNanos);
    }

    @Override
    public void onSrtp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        var plain = host.packets().writeOffset();
        var refused = refused();
        connection.onSrtp(path, memory, offset, length, nowNanos);
        if (refused() > refused) {
            return;
        }
        var packets = host.packets().memory();
        var egress = connection.egress();
        var payloadBytes = length - RTP_HEADER_BYTES - profile.rtpOverheadBytes();
        var at = egress.reserve(RTP_HEADER_BYTES + payloadBytes);
        MemorySegment.copy(packets, plain, egress.memory(), at, RTP_HEADER_BYTES);
        var index = packets.get(SHORT, plain + 2) & 0xFFFFL;
        egress.sendRtp(RTP_HEADER_BYTES, packets, plain + RTP_HEADER_BYTES, payloadBytes, index);
    }

    @Override
    public void onSrtcp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        var refused = refused();
        connection.onSrtcp(path, memory, offset, length, nowNanos);
        if (refused() == refused) {
            var at = connection.egress().reserve(8);
            var word = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
            connection.egress().memory().set(word, at, RECEIVER_REPORT);
            connection.egress().memory().set(word, at + 4, 1);
            connection.egress().sendRtcp(8);
        }
    }

    private long refused() {
        var fates = host.fates();
        return fates.get(Fate.NOT_AUTHENTIC)
                + fates.get(Fate.REPLAYED)
                + fates.get(Fate.SRTP_MALFORMED)
                + fates.get(Fate.NOT_CONNECTED);
    }

    @Override
    public PeerId id() {
        return connection.id();
    }

    @Override
    public void open(long request, Peer core, long nowNanos) {
        connection.open(request, core, nowNanos);
    }

    @Override
    public void onStun(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        connection.onStun(path, memory, offset, length, nowNanos);
    }

    @Override
    public boolean isAt(Path path, long nowNanos) {
        return connection.isAt(path, nowNanos);
    }

    @Override
    public void onDtls(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        connection.onDtls(path, memory, offset, length, nowNanos);
    }

    @Override
    public void apply(PeerCommand command, long nowNanos) {
        connection.apply(command, nowNanos);
    }

    @Override
    public long nextDeadlineNanos() {
        return connection.nextDeadlineNanos();
    }

    @Override
    public void onDeadline(long nowNanos) {
        connection.onDeadline(nowNanos);
    }

    @Override
    public void close(PeerEnd end, long nowNanos) {
        connection.close(end, nowNanos);
    }

    @Override
    public Egress egress() {
        return connection.egress();
    }

    @Override
    public void close(PeerEnd end) {
        connection.close(end);
    }
}
