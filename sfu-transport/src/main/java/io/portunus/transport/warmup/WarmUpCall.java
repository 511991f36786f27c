// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.warmup;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.fate.Fate;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsPermits;
import io.portunus.transport.loop.LocalAddress;
import io.portunus.transport.loop.LoopSettings;
import io.portunus.transport.loop.MediaLoops;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.udp.SocketKind;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Two media loops of its own with a room on them, one who publishes sound and video and some who
/// watch, all of it or a part, half of them from the other loop, on loopback. Confined to one
/// thread.
final class WarmUpCall implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final int HOME = 0;
    private static final int WATCHERS = 6;
    private static final RoomId ROOM = new RoomId(1);
    private static final ParticipantId SOMEBODY = new ParticipantId("somebody");
    private static final PeerId PUBLISHER = new PeerId(1);
    private static final RoomSettings SETTINGS = new RoomSettings(1, 1, 0, 0, true, 100, 25);
    private static final long PACKET_MEMORY_BYTES = 4L << 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long CHECK_NANOS = 200_000_000;
    private static final long PAUSE_NANOS = 50_000;

    private final SecureRandom random = new SecureRandom();
    private final DtlsIdentity identity = DtlsIdentity.selfSigned(random);
    private final DtlsPermits permits = new DtlsPermits(WATCHERS + 1);
    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private final WarmUpStream sound = new WarmUpStream(Codec.OPUS, 0, 111, 0x1111);
    private final WarmUpStream video = new WarmUpStream(Codec.VP8, 1, 96, 0x2222);
    private final List<WarmUpClient> watchers = new ArrayList<>();
    private final List<WarmUpClient> clients = new ArrayList<>();
    private final BooleanSupplier isOver;
    private final SrtpCipherProvider ciphers;
    private final MediaLoops loops;
    private final WarmUpClient publisher;

    /// @param factories makes the connections of each loop
    /// @param segmentation whether runs of packets are cut apart by the system
    /// @param isOver whether it is not wanted any more
    /// @throws IllegalStateException when the call does not come about
    WarmUpCall(Supplier<PeerFactory> factories, boolean segmentation, BooleanSupplier isOver)
            throws IOException {
        this.isOver = isOver;
        ciphers = SrtpCiphers.choose(factories.get().cipherProvider());
        loops = MediaLoops.start(settings(segmentation), factories, events::add);
        var choices = List.of(List.of(sound, video), List.of(sound), List.of(video));
        try {
            publisher = client(HOME);
            publish();
            for (var i = 0; i < WATCHERS; i++) {
                var wanted = choices.get(i / LOOPS % choices.size());
                watchers.add(watch(new PeerId(2L + i), i % LOOPS, wanted));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static LoopSettings settings(boolean segmentation) {
        return new LoopSettings(
                0,
                LOOPS,
                List.of(new LocalAddress(InetAddress.getLoopbackAddress())),
                BUFFER_BYTES,
                BUFFER_BYTES,
                PACKET_MEMORY_BYTES,
                SocketKind.best(),
                segmentation);
    }

    private WarmUpClient client(int loop) throws IOException {
        var at = loops.localAddresses(loop).getFirst();
        var client = new WarmUpClient(at, identity, permits, ciphers, random);
        clients.add(client);
        return client;
    }

    private void publish() throws IOException {
        send(HOME, new RoomCommand.Open(1, ROOM, SETTINGS));
        send(HOME, new RoomCommand.Join(2, ROOM, SOMEBODY));
        var local = open(HOME, PUBLISHER);
        send(
                HOME,
                new RoomCommand.Publish(
                        3, ROOM, SOMEBODY, PUBLISHER, plan(List.of(sound, video), true)));
        connect(HOME, publisher, PUBLISHER, local);
        next(RoomEvent.Published.class);
        events.clear();
        for (var loop = HOME + 1; loop < LOOPS; loop++) {
            send(HOME, new RoomCommand.Extend(8, ROOM, loop));
            next(RoomEvent.Done.class);
        }
    }

    private WarmUpClient watch(PeerId peer, int loop, List<WarmUpStream> wanted)
            throws IOException {
        var watcher = client(loop);
        var local = open(loop, peer);
        var feeds =
                wanted.stream()
                        .map(each -> new RoomCommand.Feed(each.section(), SOMEBODY, each.mid()))
                        .toList();
        send(loop, new RoomCommand.Subscribe(4, ROOM, peer, feeds));
        var slots = next(RoomEvent.Subscribed.class).slots();
        watcher.watch((int) slots.getLast().ssrc());
        send(loop, new RoomCommand.Plan(5, ROOM, peer, plan(wanted, false)));
        connect(loop, watcher, peer, local);
        next(PeerEvent.Connected.class);
        return watcher;
    }

    private LocalTransport open(int loop, PeerId peer) {
        send(loop, new PeerCommand.Open(6, peer, ROOM));
        return next(PeerEvent.Opened.class).local();
    }

    private void connect(int loop, WarmUpClient client, PeerId peer, LocalTransport local)
            throws IOException {
        send(loop, new PeerCommand.Accept(7, peer, client.description()));
        client.connect(local);
        var start = System.nanoTime();
        var checked = start;
        while (!client.isConnected()) {
            var now = System.nanoTime();
            if (now - start > PATIENCE_NANOS || isOver.getAsBoolean()) {
                throw new IllegalStateException("no connection to ourselves");
            }
            if (now - checked > CHECK_NANOS) {
                checked = now;
                client.check();
            }
            client.read();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static MediaPlan plan(List<WarmUpStream> streams, boolean receives) {
        return new MediaPlan(streams.stream().map(each -> each.line(receives)).toList());
    }

    private void send(int loop, MediaCommand command) {
        if (!loops.send(loop, command)) {
            throw new IllegalStateException("the loop takes no command");
        }
    }

    private <T extends MediaEvent> T next(Class<T> wanted) {
        try {
            while (true) {
                var event = events.poll(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new IllegalStateException("no " + wanted.getSimpleName());
                }
                if (wanted.isInstance(event)) {
                    return wanted.cast(event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    WarmUpClient publisher() {
        return publisher;
    }

    List<WarmUpClient> watchers() {
        return watchers;
    }

    WarmUpStream sound() {
        return sound;
    }

    WarmUpStream video() {
        return video;
    }

    /// Reads what has come for the clients. What the loop tells is of no interest any more.
    void read() throws IOException {
        for (var watcher : watchers) {
            watcher.read();
        }
        publisher.read();
        events.clear();
    }

    /// How many packets have met this fate, on both loops.
    long count(Fate fate) {
        return loops.counters().stream().mapToLong(loop -> loop.fates().get(fate)).sum();
    }

    @Override
    public void close() throws IOException {
        try {
            for (var client : clients) {
                client.close();
            }
        } finally {
            loops.close();
        }
    }
}
