// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static io.portunus.transport.udp.SocketRig.LOOPBACK_4;
import static io.portunus.transport.udp.SocketRig.LOOPBACK_6;
import static io.portunus.transport.udp.SocketRig.loopback;
import static io.portunus.transport.udp.SocketRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.fate.Fate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MediaSocketTest {
    @ParameterizedTest
    @CsvSource({
        "EPOLL, " + LOOPBACK_4,
        "EPOLL, " + LOOPBACK_6,
        "NETTY, " + LOOPBACK_4,
        "NETTY, " + LOOPBACK_6
    })
    void tellsOfEachDatagramWhatItSaysAndWhoSentIt(SocketKind kind, String address)
            throws Exception {
        try (var rig = new SocketRig(kind)) {
            var arrivals = new Arrivals(300);
            var socket = rig.open(loopback(address, 0));
            socket.start(arrivals);
            var alice = rig.client(address);
            var bob = rig.client(address);
            for (var i = 0; i < 150; i++) {
                send(alice, "alice " + i, socket);
                send(bob, "bob " + i, socket);
            }

            var all = arrivals.await();

            assertThat(said(all, alice)).isEqualTo(counted("alice ", 150));
            assertThat(said(all, bob)).isEqualTo(counted("bob ", 150));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, " + LOOPBACK_4,
        "EPOLL, " + LOOPBACK_6,
        "NETTY, " + LOOPBACK_4,
        "NETTY, " + LOOPBACK_6
    })
    void sendsEachDatagramToItsPathFromItsOwnAddress(SocketKind kind, String address)
            throws Exception {
        try (var rig = new SocketRig(kind)) {
            var socket = rig.open(loopback(address, 0));
            var alice = rig.client(address);
            var bob = rig.client(address);
            var toAlice = Path.to(socket, addressOf(alice));
            var toBob = Path.to(socket, addressOf(bob));

            // More than one queue and more than the egress memory hold, in one batch.
            rig.onLoop(() -> {
                for (var i = 0; i < 600; i++) {
                    rig.queue(i % 2 == 0 ? toAlice : toBob, text("packet " + i));
                }
                rig.flush();
            });

            for (var i = 0; i < 600; i++) {
                var packet = receive(i % 2 == 0 ? alice : bob);
                assertThat(textOf(packet)).isEqualTo("packet " + i);
                assertThat(packet.getSocketAddress()).isEqualTo(socket.localAddress());
            }
            rig.onLoop(() -> {});
            assertThat(rig.fates.get(Fate.DATAGRAM_SENT)).isEqualTo(600);
        }
    }

    /// Of each datagram the last byte is written late, as the tags of a burst are.
    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void readsNothingThatIsNotWhole(SocketKind kind) throws Exception {
        // Room for 128 of them: the memory is full in between.
        try (var rig = new SocketRig(kind, 8_192)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            var client = rig.client(LOOPBACK_4);
            var path = Path.to(socket, addressOf(client));
            var unfinished = new ArrayList<Long>();
            rig.complete =
                    () -> {
                        for (var at : unfinished) {
                            rig.egress.memory().set(ValueLayout.JAVA_BYTE, at, (byte) '!');
                        }
                        unfinished.clear();
                    };

            rig.onLoop(() -> {
                for (var i = 0; i < 300; i++) {
                    unfinished.add(rig.egress.reserve(4) + 3);
                    rig.queue(path, text(String.format(Locale.ROOT, "%03d?", i)));
                }
                rig.flush();
            });

            for (var i = 0; i < 300; i++) {
                assertThat(textOf(receive(client)))
                        .isEqualTo(String.format(Locale.ROOT, "%03d!", i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void answersInTheBatchThatTheQuestionCameIn(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            var arrivals =
                    new Arrivals(
                            1,
                            datagram -> rig.queue(datagram.pathBack(), text("an answer")),
                            rig::flush);
            socket.start(arrivals);
            var client = rig.client(LOOPBACK_4);

            send(client, "a question", socket);

            assertThat(textOf(receive(client))).isEqualTo("an answer");
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void refusesADatagramThatIsTooLongAndTakesTheNext(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind)) {
            var arrivals = new Arrivals(2);
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            socket.start(arrivals);
            var client = rig.client(LOOPBACK_4);
            var longest = "x".repeat(MediaSocket.MAX_DATAGRAM_BYTES);

            send(client, longest + "y", socket);
            send(client, longest, socket);
            send(client, "", socket);

            var texts = arrivals.await().stream().map(Arrivals.Arrival::text).toList();
            assertThat(texts).containsExactly(longest, "");
            assertThat(rig.fates.get(Fate.DATAGRAM_TOO_LARGE)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void namesTheAddressAndPortThatAreTaken(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind);
                var taken = new DatagramSocket(loopback(LOOPBACK_4, 0))) {
            assertThatThrownBy(() -> rig.open(addressOf(taken)))
                    .hasMessageContaining("127.0.0.1")
                    .hasMessageContaining("UDP port " + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void outlivesAClientWhosePortIsClosed(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind)) {
            var arrivals = new Arrivals(1);
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            socket.start(arrivals);
            var gone = rig.client(LOOPBACK_4);
            var toGone = Path.to(socket, addressOf(gone));
            gone.close();

            for (var i = 0; i < 10; i++) {
                rig.onLoop(() -> {
                    rig.queue(toGone, text("is anybody there?"));
                    rig.flush();
                });
            }
            send(rig.client(LOOPBACK_4), "I am", socket);

            assertThat(arrivals.await()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void passesOverADestinationThatCannotBeReached(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            var client = rig.client(LOOPBACK_4);
            // From 127.0.0.1 nothing leaves the machine.
            var nowhere = Path.to(socket, new InetSocketAddress("192.0.2.1", 9));
            var toClient = Path.to(socket, addressOf(client));

            rig.onLoop(() -> {
                rig.queue(toClient, text("before"));
                rig.queue(nowhere, text("lost"));
                rig.queue(toClient, text("after"));
                rig.flush();
            });

            assertThat(textOf(receive(client))).isEqualTo("before");
            assertThat(textOf(receive(client))).isEqualTo("after");
            rig.onLoop(() -> {});
            assertThat(rig.fates.get(Fate.SOCKET_ERROR)).isEqualTo(1);
            assertThat(rig.fates.get(Fate.DATAGRAM_SENT)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void tellsTheBufferSizesThatWereGranted(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0), 64 * 1024);

            assertThat(socket.receiveBufferBytes()).isBetween(64 * 1024, 128 * 1024);
            assertThat(socket.sendBufferBytes()).isBetween(64 * 1024, 128 * 1024);
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void freesItsPortWhenClosed(SocketKind kind) throws Exception {
        try (var rig = new SocketRig(kind)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            socket.start(new Arrivals(0));
            var local = socket.localAddress();
            rig.onLoop(socket::close);

            var again = openWithinTurns(rig, local, kind == SocketKind.EPOLL ? 1 : 100);

            assertThat(again.localAddress()).isEqualTo(local);
        }
    }

    /// Java's selector lets go of a closed channel in its next round only.
    private static MediaSocket openWithinTurns(SocketRig rig, InetSocketAddress local, int turns)
            throws Exception {
        for (var turn = 1; ; turn++) {
            try {
                return rig.open(local);
            } catch (UncheckedIOException e) {
                if (turn == turns) {
                    throw e;
                }
                rig.onLoop(() -> {});
            }
        }
    }

    private static void send(DatagramSocket from, String text, MediaSocket to) throws IOException {
        var bytes = text(text);
        from.send(new DatagramPacket(bytes, bytes.length, to.localAddress()));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[4096], 4096);
        socket.receive(packet);
        return packet;
    }

    private static String textOf(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static InetSocketAddress addressOf(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static List<String> said(List<Arrivals.Arrival> all, DatagramSocket by) {
        var texts = new ArrayList<String>();
        for (var arrival : all) {
            if (arrival.from().equals(addressOf(by))) {
                texts.add(arrival.text());
            }
        }
        return texts;
    }

    private static List<String> counted(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
