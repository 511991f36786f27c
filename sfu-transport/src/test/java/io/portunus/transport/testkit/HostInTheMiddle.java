// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.Path;
import java.util.List;

/// A media loop that knows a connection by the peer that is wrapped around it.
public record HostInTheMiddle(PeerHost host, HostedPeer known) implements PeerHost {
    @Override
    public EgressMemory egress() {
        return host.egress();
    }

    @Override
    public PacketMemory packets() {
        return host.packets();
    }

    @Override
    public FateCounters fates() {
        return host.fates();
    }

    @Override
    public MediaEvents events() {
        return host.events();
    }

    @Override
    public List<LocalTransport.Candidate> candidates() {
        return host.candidates();
    }

    @Override
    public void send(Path path, long offset, int length) {
        host.send(path, offset, length);
    }

    @Override
    public boolean post(HostedPeer peer, Task task) {
        return host.post(known, task);
    }

    @Override
    public boolean bind(Path path, HostedPeer peer, long nowNanos) {
        return host.bind(path, known, nowNanos);
    }

    @Override
    public void unbind(Path path, HostedPeer peer) {
        host.unbind(path, known);
    }

    @Override
    public boolean register(String ufrag, HostedPeer peer) {
        return host.register(ufrag, known);
    }

    @Override
    public void unregister(String ufrag) {
        host.unregister(ufrag);
    }

    @Override
    public void wakeAt(long atNanos) {
        host.wakeAt(atNanos);
    }

    @Override
    public void closeSoon(HostedPeer peer, PeerEnd end) {
        host.closeSoon(known, end);
    }

    @Override
    public void closed(HostedPeer peer) {
        host.closed(known);
    }
}
