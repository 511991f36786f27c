// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.Peer;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.testkit.DeafEgress;
import io.portunus.transport.testkit.GarbageMeter;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A peer that sends every packet back to where it came from, between two sockets of its own loop,
/// and measures what the loop's thread allocates meanwhile.
final class Rally implements HostedPeer {
    private static final int IN_FLIGHT = 32;
    private static final int PACKET_BYTES = 1_200;
    private static final byte RTP = (byte) 0x80;

    private final PeerId id;
    private final PeerHost host;
    private @Nullable MediaSocket first;
    final GarbageMeter meter = new GarbageMeter(150_000, 300_000);

    Rally(PeerId id, PeerHost host) {
        this.id = id;
        this.host = host;
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public Egress egress() {
        return new DeafEgress();
    }

    @Override
    public void open(long request, Peer core, long nowNanos) {
        host.register("rally", this);
        var local = new LocalTransport("rally", "password", "00", host.candidates());
        host.events().onEvent(new PeerEvent.Opened(request, id, local));
    }

    /// One check at each of two sockets shows this peer between which two to play.
    @Override
    public void onStun(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        if (first == null) {
            first = path.socket();
            return;
        }
        var there = Path.to(first, path.socket().localAddress());
        host.bind(there, this, nowNanos);
        host.bind(Path.to(path.socket(), first.localAddress()), this, nowNanos);
        for (var i = 0; i < IN_FLIGHT; i++) {
            var place = host.egress().reserve(PACKET_BYTES);
            host.egress().memory().set(ValueLayout.JAVA_BYTE, place, RTP);
            host.send(there, place, PACKET_BYTES);
        }
    }

    @Override
    public void onSrtp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        if (meter.step()) {
            var place = host.egress().reserve(length);
            MemorySegment.copy(memory, offset, host.egress().memory(), place, length);
            host.send(path, place, length);
            // As a peer does that paces: always a little later, seldom earlier than what is set.
            host.wakeAt(nowNanos + 1_000_000_000);
        }
    }

    @Override
    public boolean isAt(Path path, long nowNanos) {
        return false;
    }

    @Override
    public void onDtls(Path path, MemorySegment memory, long offset, int length, long nowNanos) {}

    @Override
    public void onSrtcp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {}

    @Override
    public void apply(PeerCommand command, long nowNanos) {}

    @Override
    public long nextDeadlineNanos() {
        return Deadlines.NEVER;
    }

    @Override
    public void onDeadline(long nowNanos) {}

    @Override
    public void close(PeerEnd end) {
        host.closeSoon(this, end);
    }

    @Override
    public void close(PeerEnd end, long nowNanos) {
        host.closed(this);
    }
}
