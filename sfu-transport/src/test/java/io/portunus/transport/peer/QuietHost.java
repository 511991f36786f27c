// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.Path;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A media loop without a thread, a network or a clock: remembers what its one peer asked for.
final class QuietHost implements PeerHost {
    private final EgressMemory egress =
            new EgressMemory(Arena.ofAuto().allocate(1 << 16), () -> {}, () -> {});
    private final PacketMemory packets = new PacketMemory(Arena.ofAuto().allocate(1 << 16));
    private final FateCounters fates = new FateCounters();
    final List<MediaEvent> events = new ArrayList<>();
    final List<Long> wakeUps = new ArrayList<>();

    @Override
    public EgressMemory egress() {
        return egress;
    }

    @Override
    public PacketMemory packets() {
        return packets;
    }

    @Override
    public FateCounters fates() {
        return fates;
    }

    @Override
    public MediaEvents events() {
        return events::add;
    }

    @Override
    public List<LocalTransport.Candidate> candidates() {
        return List.of(new LocalTransport.Candidate("1", 1, "192.0.2.9", 10_000));
    }

    @Override
    public void send(Path path, long offset, int length) {}

    @Override
    public boolean post(HostedPeer peer, Task task) {
        return true;
    }

    @Override
    public boolean bind(Path path, HostedPeer peer, long nowNanos) {
        return true;
    }

    @Override
    public void unbind(Path path, HostedPeer peer) {}

    @Override
    public boolean register(String ufrag, HostedPeer peer) {
        return true;
    }

    @Override
    public void unregister(String ufrag) {}

    @Override
    public void wakeAt(long atNanos) {
        wakeUps.add(atNanos);
    }

    @Override
    public void closeSoon(HostedPeer peer, PeerEnd end) {}

    @Override
    public void closed(HostedPeer peer) {}
}
