// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.testkit.GarbageMeter;
import io.portunus.transport.udp.SocketKind;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MediaLoopAllocationTest {
    private static final RoomId ROOM = new RoomId(1);

    private final EventLog events = new EventLog();
    private final CompletableFuture<Rally> rally = new CompletableFuture<>();

    /// Each packet goes all the way from the kernel through the loop to its peer and out again.
    @Test
    void bringingPacketsToAPeerAndSendingItsPacketsMakesNoGarbage() throws Exception {
        assumeTrue(SocketKind.best() == SocketKind.EPOLL, "this machine has no epoll");
        var loopback = InetAddress.getLoopbackAddress();
        try (var loops = MediaLoops.start(settings(), Rallies::new, events);
                var client = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
            loops.send(0, new RoomCommand.Open(1, ROOM, roomSettings()));
            events.next(RoomEvent.Done.class);
            loops.send(0, new PeerCommand.Open(2, new PeerId(1), ROOM));
            events.next(PeerEvent.Opened.class);
            for (var address : loops.localAddresses(0)) {
                var check = Stun.request("rally:x");
                client.send(new DatagramPacket(check, check.length, address));
            }

            var played = rally.get(10, TimeUnit.SECONDS);

            assertThat(played.meter.await(60)).as("the rally is over").isTrue();
            assertThat(played.meter.leastBytes()).isLessThan(GarbageMeter.CLEAN_BYTES);
        }
    }

    private final class Rallies implements PeerFactory {
        @Override
        public HostedPeer create(PeerId id, PeerHost host, long nowNanos) {
            var peer = new Rally(id, host);
            rally.complete(peer);
            return peer;
        }

        @Override
        public void completePackets() {}

        @Override
        public String cipherProvider() {
            return "none";
        }
    }

    private static LoopSettings settings() {
        var buffer = LoopSettings.DEFAULT_BUFFER_BYTES;
        var one = new LocalAddress(InetAddress.ofLiteral("127.0.0.1"));
        var other = new LocalAddress(InetAddress.ofLiteral("127.0.0.2"));
        return new LoopSettings(
                0, 1, List.of(one, other), buffer, buffer, 1 << 20, SocketKind.EPOLL, true);
    }

    private static RoomSettings roomSettings() {
        return new RoomSettings(1, 1, 0, 0, false, 100, 25);
    }
}
