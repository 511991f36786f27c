// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.netty.channel.embedded.EmbeddedChannel;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.WallClock;
import io.portunus.transport.testkit.QuietSocket;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.NettyTimer;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The inside of a media loop without its thread, its sockets and its clock.
final class LoopRig {
    final FateCounters fates = new FateCounters();
    final FaultLog faults = new FaultLog(fates);
    final List<MediaEvent> events = new ArrayList<>();
    final List<String> journal = new ArrayList<>();
    final QuietSocket socket = new QuietSocket(10_000);
    final EmbeddedChannel timerChannel = new EmbeddedChannel();
    final List<Runnable> turnsAsked = new ArrayList<>();
    final LoopInbox inbox = new LoopInbox(turnsAsked::add, () -> {});
    final Wakeup wakeup =
            new Wakeup(
                    timerChannel.eventLoop(),
                    () -> {},
                    onTime -> new NettyTimer(timerChannel.eventLoop(), onTime));
    final LoopPeers peers;

    LoopRig() {
        var memory = new PacketMemory(Arena.ofAuto().allocate(1 << 16));
        var context =
                new LoopContext(memory, new WallClock(0, 0), fates, new Random(1), events::add);
        var egress = new EgressMemory(Arena.ofAuto().allocate(1 << 16), () -> {}, () -> {});
        var candidates = List.of(new LocalTransport.Candidate("1", 1, "127.0.0.1", 10_000));
        peers = new LoopPeers(context, egress, candidates, inbox, wakeup, faults);
    }

    ScriptedPeer peer(long id) {
        var peer = new ScriptedPeer(new PeerId(id), peers, journal);
        peers.add(peer);
        peers.register(peer.ufrag(), peer);
        return peer;
    }
}
