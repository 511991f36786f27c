// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.fate.Fate;
import io.portunus.core.room.RoomGauges.Gauge;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.udp.SocketKind;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MediaLoopsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final RoomId ROOM = new RoomId(7);
    private static final RoomSettings ROOM_SETTINGS =
            new RoomSettings(10, 100, 0, 0, false, 100, 25);
    private static final PeerId ALICE = new PeerId(1);
    private static final PeerId BOB = new PeerId(2);
    private static final long WORK_NANOS = 200_000;
    private static final byte[] NO_PROTOCOL = {-1, -1};
    private static final byte[] DTLS = {22, 0, 0};
    private static final byte[] FAULTY_DTLS = {22, ScriptedPeer.FAULTY_BYTE, 0};

    private final EventLog events = new EventLog();
    private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
    private final ScriptedPeers peers = new ScriptedPeers(journal);

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void aCheckReachesItsPeerWhoseAnswerComesFromTheAddressThatWasAsked(SocketKind kind)
            throws Exception {
        var addresses = List.of(local("127.0.0.2"), local("127.0.0.1"));
        try (var loops = MediaLoops.start(settings(0, 1, addresses, kind), () -> peers, events);
                var client = client()) {
            openRoom(loops);
            openPeer(loops, ALICE);
            for (var address : loops.localAddresses(0)) {
                send(client, Stun.request("ufrag1:theirs"), address);

                assertThat(receive(client).getSocketAddress()).isEqualTo(address);
            }
        }
    }

    @Test
    void aFaultEndsOnePeerAndTheLoopGoesOnWithTheOthers() throws Exception {
        try (var loops = start(1);
                var alice = client();
                var bob = client()) {
            var server = loops.localAddresses(0).getFirst();
            openRoom(loops);
            openPeer(loops, ALICE);
            openPeer(loops, BOB);
            connect(alice, ALICE, server);
            connect(bob, BOB, server);

            send(alice, FAULTY_DTLS, server);
            assertThat(events.next(PeerEvent.Closed.class))
                    .isEqualTo(new PeerEvent.Closed(ALICE, PeerEnd.FAULT));

            send(bob, DTLS, server);
            assertThat(receive(bob).getLength()).isEqualTo(DTLS.length);
            loops.send(0, new PeerCommand.RestartIce(5, BOB));
            assertThat(events.next(PeerEvent.Closed.class))
                    .as("a fault in a command")
                    .isEqualTo(new PeerEvent.Closed(BOB, PeerEnd.FAULT));
            openPeer(loops, new PeerId(3));
            assertThat(loops.counters().getFirst().fates().get(Fate.FAULT)).isEqualTo(2);
        }
    }

    @Test
    void whoAskedForAPeerHearsThatAFaultKeptItFromBeingMade() throws Exception {
        try (var loops = start(1)) {
            openRoom(loops);
            peers.failsToMake = true;
            loops.send(0, new PeerCommand.Open(5, ALICE, ROOM));
            assertThat(events.next(PeerEvent.Closed.class))
                    .isEqualTo(new PeerEvent.Closed(ALICE, PeerEnd.FAULT));
            peers.failsToMake = false;
            openPeer(loops, ALICE);
        }
    }

    @Test
    void deadlinesAreMetInTheirOrderOnTheLoopsThread() throws Exception {
        try (var loops = start(1)) {
            openRoom(loops);
            openPeer(loops, ALICE);
            openPeer(loops, BOB);
            var both = new CountDownLatch(2);
            var alice = peers.made(ALICE);
            var bob = peers.made(BOB);
            var host = peers.hostOf(ALICE);
            host.post(
                    alice,
                    now -> {
                        alice.onNextDeadline = both::countDown;
                        bob.onNextDeadline = both::countDown;
                        alice.wakeAt(now + TimeUnit.MILLISECONDS.toNanos(40));
                        bob.wakeAt(now + TimeUnit.MILLISECONDS.toNanos(20));
                    });

            assertThat(both.await(10, TimeUnit.SECONDS)).as("both deadlines were met").isTrue();
            assertThat(journal).hasSize(2);
            assertThat(journal.get(0)).startsWith("2: deadline");
            assertThat(journal.get(1)).startsWith("1: deadline");
        }
    }

    /// As the packets of another loop's rooms do, which never end where that is busy.
    @Test
    void workThatAlwaysFollowsDoesNotKeepALoopFromItsSockets() throws Exception {
        try (var loops = start(1);
                var client = client()) {
            openRoom(loops);
            openPeer(loops, ALICE);
            var server = loops.localAddresses(0).getFirst();
            var rounds = new AtomicInteger();
            var begun = new CountDownLatch(1);
            var read = new CountDownLatch(1);
            var fates = loops.counters().getFirst().fates();
            var again =
                    new PeerHost.Task() {
                        @Override
                        public void run(long nowNanos) {
                            rounds.incrementAndGet();
                            begun.countDown();
                            if (fates.get(Fate.UNKNOWN_PROTOCOL) > 0) {
                                read.countDown();
                                return;
                            }
                            spin(WORK_NANOS);
                            peers.hostOf(ALICE).post(peers.made(ALICE), this);
                        }
                    };
            peers.hostOf(ALICE).post(peers.made(ALICE), again);
            await(begun);
            var sentAt = rounds.get();
            send(client, NO_PROTOCOL, server);

            await(read);
            assertThat(rounds.get() - sentAt)
                    .as("pieces of work of 0.2 ms before somebody's packet was looked at")
                    .isLessThan(1_000);
        }
    }

    private static void spin(long nanos) {
        var end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void slowWorkForAPeerThatHasEndedComesToNothing() throws Exception {
        try (var loops = start(1)) {
            openRoom(loops);
            openPeer(loops, ALICE);
            loops.send(0, new PeerCommand.Close(0, ALICE, PeerEnd.HANGUP_ASKED));
            events.next(PeerEvent.Closed.class);

            var alice = peers.made(ALICE);
            peers.hostOf(ALICE).post(alice, _ -> journal.add("too late"));
            probe(loops, ALICE);

            assertThat(journal).doesNotContain("too late");
        }
    }

    @Test
    void whatCannotBeDoneIsAnsweredWithTheReason() throws Exception {
        try (var loops = start(1)) {
            loops.send(0, new PeerCommand.Open(1, ALICE, ROOM));
            assertThat(events.next(PeerEvent.Refused.class))
                    .isEqualTo(new PeerEvent.Refused(1, ALICE, Refusal.NO_SUCH_ROOM));

            probe(loops, BOB);

            openRoom(loops);
            openPeer(loops, ALICE);
            loops.send(0, new PeerCommand.Open(2, ALICE, ROOM));
            assertThat(events.next(PeerEvent.Refused.class))
                    .isEqualTo(new PeerEvent.Refused(2, ALICE, Refusal.TOO_MANY_PEERS));
        }
    }

    @Test
    void aFullDoorRefusesAndOpensAgain() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        try (var loops = start(1)) {
            openRoom(loops);
            openPeer(loops, ALICE);
            peers.hostOf(ALICE)
                    .post(
                            peers.made(ALICE),
                            _ -> {
                                stuck.countDown();
                                await(mayGoOn);
                            });
            await(stuck);
            var silent = new PeerCommand.Close(MediaCommand.NO_REQUEST, BOB, PeerEnd.DETACHED);
            for (var i = 0; i < LoopInbox.COMMANDS; i++) {
                assertThat(loops.send(0, silent)).isTrue();
            }
            assertThat(loops.send(0, silent)).isFalse();
            assertThat(loops.counters().getFirst().waitingCommands()).isEqualTo(LoopInbox.COMMANDS);

            mayGoOn.countDown();

            while (!loops.send(0, new PeerCommand.Probe(9, BOB))) {
                Thread.onSpinWait();
            }
            events.next(PeerEvent.Refused.class);
            assertThat(loops.counters().getFirst().waitingCommands()).isZero();
        } finally {
            mayGoOn.countDown();
        }
    }

    @Test
    void whenTheServerStopsEverybodyIsToldAndTheDoorIsShut() throws Exception {
        var loops = start(1);
        openRoom(loops);
        openPeer(loops, ALICE);
        var port = loops.localAddresses(0).getFirst();

        loops.close();

        var told = events.until(PeerEvent.Closed.class::isInstance);
        assertThat(told.getFirst()).isInstanceOf(RoomEvent.Ended.class);
        assertThat(told.getLast()).isEqualTo(new PeerEvent.Closed(ALICE, PeerEnd.SERVER_STOPPING));
        assertThat(loops.send(0, new PeerCommand.Probe(1, ALICE))).isFalse();
        try (var free = new DatagramSocket(port)) {
            assertThat(free.getLocalPort()).isEqualTo(port.getPort());
        }
    }

    @Test
    void aLoopThatHasDiedKeepsNobodyElseFromHearingThatTheServerStops() throws Exception {
        var loops = start(2);
        var other = new RoomId(8);
        var thread = new CompletableFuture<Thread>();
        try (var alice = client()) {
            var server = loops.localAddresses(0).getFirst();
            openRoom(loops);
            openPeer(loops, ALICE);
            loops.send(1, new RoomCommand.Open(1, other, ROOM_SETTINGS));
            events.next(RoomEvent.Done.class);
            connect(alice, ALICE, server);
            var host = peers.hostOf(ALICE);
            host.post(peers.made(ALICE), _ -> thread.complete(Thread.currentThread()));
            send(alice, ScriptedPeer.FATAL, server);
            assertThat(thread.get(10, TimeUnit.SECONDS).join(Duration.ofSeconds(10)))
                    .as("the loop's thread has ended by an error")
                    .isTrue();
        }
        var port = loops.localAddresses(1).getFirst();

        loops.close();

        assertThat(events.next(RoomEvent.Ended.class).room())
                .as("the room on the loop that lives")
                .isEqualTo(other);
        new DatagramSocket(port).close();
    }

    @Test
    void whereOneLoopCannotBeMadeNoneStays() throws Exception {
        var free = neighbouringPorts();
        var first = free.getFirst().getLocalPort();
        free.forEach(DatagramSocket::close);
        var settings = settings(first, 2, List.of(new LocalAddress(LOOPBACK)), SocketKind.best());
        var made = new ArrayList<PeerFactory>();
        Supplier<PeerFactory> factories =
                () -> {
                    made.add(peers);
                    if (made.size() == 2) {
                        throw new NoClassDefFoundError("an error on purpose");
                    }
                    return peers;
                };

        assertThatThrownBy(() -> MediaLoops.start(settings, factories, events))
                .isInstanceOf(NoClassDefFoundError.class);

        new DatagramSocket(new InetSocketAddress(LOOPBACK, first)).close();
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStaysBound() throws Exception {
        var taken = neighbouringPorts();
        try {
            var first = taken.getFirst().getLocalPort();
            taken.getFirst().close();
            var settings =
                    settings(first, 2, List.of(new LocalAddress(LOOPBACK)), SocketKind.best());

            assertThatThrownBy(() -> MediaLoops.start(settings, () -> peers, events))
                    .hasMessageContaining("UDP port " + (first + 1) + " on 127.0.0.1")
                    .hasMessageContaining("in use");

            new DatagramSocket(new InetSocketAddress(LOOPBACK, first)).close();
        } finally {
            taken.forEach(DatagramSocket::close);
        }
    }

    @Test
    void eachLoopHasThePortAfterTheOneBefore() throws Exception {
        var free = neighbouringPorts();
        var first = free.getFirst().getLocalPort();
        free.forEach(DatagramSocket::close);
        var settings = settings(first, 2, List.of(new LocalAddress(LOOPBACK)), SocketKind.best());

        try (var loops = MediaLoops.start(settings, () -> peers, events)) {
            assertThat(loops.loops()).isEqualTo(2);
            assertThat(loops.localAddresses(0).getFirst().getPort()).isEqualTo(first);
            assertThat(loops.localAddresses(1).getFirst().getPort()).isEqualTo(first + 1);
        }
    }

    @Test
    void clientsAreToldTheAdvertisedAddressAndThePreferredOneFirst() throws Exception {
        var behindNat = new LocalAddress(LOOPBACK, InetAddress.ofLiteral("203.0.113.5"));
        var addresses = List.of(behindNat, local("127.0.0.2"));
        var settings = settings(0, 1, addresses, SocketKind.best());
        try (var loops = MediaLoops.start(settings, () -> peers, events)) {
            openRoom(loops);

            var candidates = openPeer(loops, ALICE).local().candidates();

            var port = loops.localAddresses(0).getFirst().getPort();
            assertThat(candidates)
                    .extracting("address")
                    .containsExactly("203.0.113.5", "127.0.0.2");
            assertThat(candidates).allMatch(candidate -> candidate.port() == port);
            // RFC 8445 §5.1.2.1: 2^24 * 126 + 2^8 * 65535 + 255, the usual first host candidate.
            assertThat(candidates.getFirst().priority()).isEqualTo(2_130_706_431L);
            assertThat(candidates.getLast().priority()).isEqualTo(2_130_706_431L - 256);
        }
    }

    @Test
    void roomsGoToTheLoopWithTheFewestPeers() throws Exception {
        try (var loops = start(3)) {
            var empty =
                    List.of(
                            loops.leastLoadedLoop(),
                            loops.leastLoadedLoop(),
                            loops.leastLoadedLoop());
            assertThat(empty).containsExactlyInAnyOrder(0, 1, 2);

            openRoom(loops);
            openPeer(loops, ALICE);

            for (var i = 0; i < 6; i++) {
                assertThat(loops.leastLoadedLoop()).isNotZero();
            }
        }
    }

    @Test
    void theCountersShowWhatThereIsAndThatTheLoopLives() throws Exception {
        try (var loops = start(1)) {
            var before = System.nanoTime();
            openRoom(loops);
            openPeer(loops, ALICE);
            probe(loops, BOB);

            var counters = loops.counters().getFirst();

            assertThat(counters.peers()).isEqualTo(1);
            assertThat(counters.rooms().get(Gauge.ROOMS)).isEqualTo(1);
            assertThat(counters.lastTurnNanos()).isGreaterThanOrEqualTo(before);
            assertThat(counters.cipherProvider()).isEqualTo("none");
        }
    }

    private MediaLoops start(int count) {
        var settings = settings(0, count, List.of(new LocalAddress(LOOPBACK)), SocketKind.best());
        return MediaLoops.start(settings, () -> peers, events);
    }

    private static LoopSettings settings(
            int firstPort, int loops, List<LocalAddress> addresses, SocketKind kind) {
        var buffer = LoopSettings.DEFAULT_BUFFER_BYTES;
        return new LoopSettings(firstPort, loops, addresses, buffer, buffer, 1 << 20, kind, true);
    }

    private static LocalAddress local(String literal) {
        return new LocalAddress(InetAddress.ofLiteral(literal));
    }

    private void openRoom(MediaLoops loops) throws InterruptedException {
        assertThat(loops.send(0, new RoomCommand.Open(1, ROOM, ROOM_SETTINGS))).isTrue();
        events.next(RoomEvent.Done.class);
    }

    private PeerEvent.Opened openPeer(MediaLoops loops, PeerId id) throws InterruptedException {
        assertThat(loops.send(0, new PeerCommand.Open(1, id, ROOM))).isTrue();
        return events.next(PeerEvent.Opened.class);
    }

    /// Waits until the loop has done all that it was asked before.
    private void probe(MediaLoops loops, PeerId missing) throws InterruptedException {
        loops.send(0, new PeerCommand.Probe(99, missing));
        assertThat(events.next(PeerEvent.Refused.class))
                .isEqualTo(new PeerEvent.Refused(99, missing, Refusal.NO_SUCH_PEER));
    }

    private static void connect(DatagramSocket client, PeerId id, InetSocketAddress server)
            throws IOException {
        send(client, Stun.request("ufrag" + id.value() + ":theirs"), server);
        receive(client);
    }

    private static DatagramSocket client() throws IOException {
        var client = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        client.setSoTimeout(10_000);
        return client;
    }

    private static void send(DatagramSocket client, byte[] bytes, InetSocketAddress to)
            throws IOException {
        client.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static DatagramPacket receive(DatagramSocket client) throws IOException {
        var packet = new DatagramPacket(new byte[2_048], 2_048);
        client.receive(packet);
        return packet;
    }

    /// Two open sockets whose ports follow one another.
    private static List<DatagramSocket> neighbouringPorts() throws IOException {
        for (var attempt = 0; ; attempt++) {
            var first = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
            try {
                var next = new InetSocketAddress(LOOPBACK, first.getLocalPort() + 1);
                return List.of(first, new DatagramSocket(next));
            } catch (IOException | IllegalArgumentException e) {
                first.close();
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
