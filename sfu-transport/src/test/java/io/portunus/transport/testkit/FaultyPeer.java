// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.Peer;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.testkit.FaultyPeers.Failure;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/// A connection with the faults of [FaultyPeers].
final class FaultyPeer implements HostedPeer {
    private static final int PAYLOAD_TYPE = 0x7F;

    private final HostedPeer connection;
    private final AtomicBoolean failsToClose;

    FaultyPeer(
            PeerId id,
            PeerFactory factory,
            AtomicBoolean failsToClose,
            PeerHost host,
            long nowNanos) {
        this.failsToClose = failsToClose;
        connection = factory.create(id, new HostInTheMiddle(host, this), nowNanos);
    }

    @Override
    public void onSrtp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        var payloadType = memory.get(ValueLayout.JAVA_BYTE, offset + 1) & PAYLOAD_TYPE;
        for (var failure : Failure.values()) {
            if (failure.payloadType() == payloadType) {
                failure.happen();
            }
        }
        connection.onSrtp(path, memory, offset, length, nowNanos);
    }

    @Override
    public void close(PeerEnd end) {
        if (failsToClose.compareAndSet(true, false)) {
            throw new IllegalStateException("a fault on purpose");
        }
        connection.close(end);
    }

    @Override
    public PeerId id() {
        return connection.id();
    }

    @Override
    public Egress egress() {
        return connection.egress();
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
    public void onSrtcp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        connection.onSrtcp(path, memory, offset, length, nowNanos);
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
}
