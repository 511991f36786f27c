// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.client.Connection;
import io.portunus.bench.load.client.Downlink;
import io.portunus.bench.load.client.MeasureWindow;
import io.portunus.bench.load.client.Network;
import io.portunus.bench.load.client.OutgoingStream;
import io.portunus.bench.load.client.Pacer;
import io.portunus.bench.load.client.Reception;
import io.portunus.bench.load.client.Sources;
import io.portunus.bench.load.client.Tally;
import io.portunus.bench.load.client.Uplink;
import io.portunus.bench.load.janus.ApiException;
import io.portunus.bench.load.janus.ClientSdp;
import io.portunus.bench.load.janus.JanusHandle;
import io.portunus.bench.load.janus.JanusSession;
import io.portunus.bench.load.janus.ServerSdp;
import io.portunus.transport.dtls.DtlsRole;
import io.portunus.transport.srtp.SrtpProfile;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// All participants of one run, in a room of their own. Confined to the thread that made it, but
/// for the counters.
final class Call implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;
    private static final int PUBLISHER_LIMIT_ROOM = 2;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Workload workload;
    private final Target target;
    private final JanusSession session;
    private final JanusHandle owner;
    private final long room;
    private final String secret;
    private final InetAddress local;
    private final Random random = new Random();
    private final Network network = new Network();
    private final MeasureWindow window = new MeasureWindow();
    private final Tally tally = new Tally();
    private final Sources sources;
    private final Reception reception;
    private final Pacer pacer;
    private final List<Long> feeds = new ArrayList<>();
    private final List<Downlink> downlinks = new ArrayList<>();
    private final List<Connection> subscriberConnections = new ArrayList<>();
    private final Set<SrtpProfile> profilesIn = EnumSet.noneOf(SrtpProfile.class);
    private final Set<SrtpProfile> profilesOut = EnumSet.noneOf(SrtpProfile.class);
    private long nextJoinNanos = System.nanoTime();
    private int streams;

    Call(Workload workload, Target target) {
        this.workload = workload;
        this.target = target;
        session = new JanusSession(target.api());
        owner = session.attach();
        room = random.nextLong(1L << 40, 1L << 41);
        secret = Long.toString(random.nextLong(1L << 40, 1L << 41), 36);
        owner.createRoom(room, secret, workload.publishers() + PUBLISHER_LIMIT_ROOM);
        local = localAddress();
        sources = new Sources(workload.publishers() * workload.shapes().size());
        reception = new Reception(sources, window, tally);
        pacer = new Pacer(window, tally);
        network.start();
        pacer.start();
    }

    /// From where the server is reached. A server on this very machine is reached from its outer
    /// address, as by a browser: full ICE agents pass over loopback candidates.
    private InetAddress localAddress() {
        var host = target.api().getHost();
        try (var probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(host, 9));
            var routed = probe.getLocalAddress();
            return routed.isLoopbackAddress() ? outerAddress(routed) : routed;
        } catch (SocketException e) {
            throw new ApiException("there is no way to " + host, e);
        }
    }

    private static InetAddress outerAddress(InetAddress otherwise) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(Call::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .filter(address -> !address.isLoopbackAddress())
                .findFirst()
                .orElse(otherwise);
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException _) {
            return false;
        }
    }

    /// Brings everybody in; returns when media may flow everywhere.
    void join() throws InterruptedException {
        for (var i = 0; i < workload.publishers(); i++) {
            awaitTurn();
            publish(i);
        }
        for (var i = 0; i < workload.subscribers(); i++) {
            awaitTurn();
            subscribe(i);
        }
        for (var connection : subscriberConnections) {
            profilesOut.add(await(connection.connected(), "a subscriber"));
        }
    }

    private void awaitTurn() throws InterruptedException {
        if (workload.ramp() > 0) {
            TimeUnit.NANOSECONDS.sleep(nextJoinNanos - System.nanoTime());
            nextJoinNanos += NANOS_PER_SECOND / workload.ramp();
        }
    }

    private void publish(int number) throws InterruptedException {
        var handle = session.attach();
        feeds.add(handle.joinAsPublisher(room));
        var own = new ArrayList<OutgoingStream>();
        for (var shape : workload.shapes()) {
            var mid = Integer.toString(own.size());
            // A retransmission's SSRC is the next one.
            var ssrc = random.nextInt() & ~1;
            own.add(new OutgoingStream(streams++, mid, shape, ssrc, random.nextInt()));
            sources.add(own.getLast());
        }
        var uplink = new Uplink(own, tally);
        var connection = new Connection(network, local, true, target.profiles(), uplink);
        var answer = new ServerSdp(handle.publish(ClientSdp.offer(connection.description(), own)));
        for (var stream : own) {
            stream.agreed(answer.payloadType(stream.mid()), answer.extensions(stream.mid()));
        }
        var server = answer.transport();
        connection.connect(
                server, server.setup().equals("active") ? DtlsRole.SERVER : DtlsRole.CLIENT);
        profilesIn.add(await(connection.connected(), "a publisher"));
        await(handle.up(), "a publisher");
        pacer.add(connection, uplink, (double) number / workload.publishers());
    }

    private void subscribe(int number) {
        var handle = session.attach();
        var wanted = new ArrayList<>(feeds);
        if (workload.scenario() == Workload.Scenario.MEETING) {
            wanted.remove(number);
        }
        var offer = new ServerSdp(handle.subscribe(room, wanted));
        var downlink = new Downlink(reception, tally, workload.loss(), number);
        downlink.agreed(offer.formats());
        downlinks.add(downlink);
        var connection = new Connection(network, local, false, target.profiles(), downlink);
        subscriberConnections.add(connection);
        handle.start(ClientSdp.answer(connection.description(), offer));
        connection.connect(offer.transport(), DtlsRole.CLIENT);
    }

    private <T> T await(CompletableFuture<T> connected, String who) throws InterruptedException {
        try {
            return connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ApiException(
                    who + " does not get connected to " + target.name() + complaints(), e);
        } catch (ExecutionException e) {
            throw new ApiException(who + " is not connected: " + e.getCause(), e);
        }
    }

    private String complaints() {
        return session.complaints().isEmpty() ? "" : " " + session.complaints();
    }

    List<String> complaints(int most) {
        return session.complaints().stream().limit(most).toList();
    }

    MeasureWindow window() {
        return window;
    }

    Tally tally() {
        return tally;
    }

    /// What publishers, and subscribers, have agreed on with the server.
    Set<SrtpProfile> profilesIn() {
        return profilesIn;
    }

    Set<SrtpProfile> profilesOut() {
        return profilesOut;
    }

    /// What all have measured. After [#stop].
    Reception reception() {
        return reception;
    }

    Pacer pacer() {
        return pacer;
    }

    List<Downlink> downlinks() {
        return downlinks;
    }

    /// @throws IllegalStateException if one of the threads has ended by a fault, which is its cause
    void checkAlive() {
        pacer.checkAlive();
        network.checkAlive();
    }

    long drops() {
        return network.drops();
    }

    long roleConflicts() {
        return network.roleConflicts();
    }

    /// Ends the media; what was measured stays.
    void stop() {
        pacer.close();
        network.close();
    }

    @Override
    public void close() {
        owner.destroyRoom(room, secret);
        session.close();
    }
}
