// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static io.portunus.transport.udp.SocketRig.LOOPBACK_4;
import static io.portunus.transport.udp.SocketRig.LOOPBACK_6;
import static io.portunus.transport.udp.SocketRig.loopback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portunus.core.fate.Fate;
import io.portunus.transport.testkit.GarbageMeter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the system makes of runs.
class RunsOverLoopbackTest {
    private static final int EGRESS_BYTES = 512 << 10;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int SO_NO_CHECK = 11;

    /// Much more than the meter takes on a busy machine.
    private static final int METER_SECONDS = 120;

    @ParameterizedTest
    @ValueSource(strings = {LOOPBACK_4, LOOPBACK_6})
    void everyClientGetsItsOwnDatagramsInOrderWhateverTheirSizes(String address) throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL, EGRESS_BYTES)) {
            var socket = rig.open(loopback(address, 0));
            assumeTrue(socket.sendsRuns(), "this system has no UDP_SEGMENT");
            var random = new SplittableRandom(7);
            var clients = new ArrayList<DatagramSocket>();
            var paths = new ArrayList<Path>();
            var expected = new ArrayList<List<byte[]>>();
            for (var i = 0; i < 10; i++) {
                clients.add(rig.client(address));
                paths.add(Path.to(socket, addressOf(clients.get(i))));
                expected.add(new ArrayList<>());
            }

            // Mostly equal sizes, sometimes another, as media is: more than one run takes for each.
            rig.onLoop(() -> {
                for (var packet = 0; packet < 100; packet++) {
                    for (var i = 0; i < paths.size(); i++) {
                        var size = random.nextInt(8) > 0 ? 200 : random.nextInt(1_400);
                        var bytes = new byte[size];
                        random.nextBytes(bytes);
                        expected.get(i).add(bytes);
                        rig.queue(paths.get(i), bytes);
                    }
                }
                rig.flush();
            });

            for (var i = 0; i < clients.size(); i++) {
                for (var bytes : expected.get(i)) {
                    assertThat(receive(clients.get(i))).isEqualTo(bytes);
                }
            }
            assertThat(rig.fates.get(Fate.DATAGRAM_SENT)).isEqualTo(1_000);
            assertThat(rig.sends.get(SendCount.RUNS)).isPositive();
            assertThat(rig.sends.get(SendCount.SEGMENTS)).isGreaterThan(500);
            assertThat(rig.sends.get(SendCount.FALLBACKS)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LOOPBACK_4, LOOPBACK_6})
    void sendsThirtySubscribersEightPacketsEachInOneCall(String address) throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL, EGRESS_BYTES)) {
            var socket = rig.open(loopback(address, 0));
            assumeTrue(socket.sendsRuns(), "this system has no UDP_SEGMENT");
            var paths = new ArrayList<Path>();
            for (var i = 0; i < 30; i++) {
                paths.add(Path.to(socket, addressOf(rig.client(address))));
            }

            rig.onLoop(() -> {
                for (var packet = 0; packet < 8; packet++) {
                    paths.forEach(path -> rig.queue(path, new byte[1_200]));
                }
                rig.flush();
            });

            assertThat(rig.fates.get(Fate.DATAGRAM_SENT)).isEqualTo(240);
            assertThat(rig.sends.get(SendCount.CALLS)).isEqualTo(1);
            assertThat(rig.sends.get(SendCount.MESSAGES)).isEqualTo(30);
        }
    }

    /// The system refuses runs on a socket without checksums, as it does on a path that cannot take
    /// them.
    @Test
    void whatTheSystemRefusesAsARunArrivesOneByOne() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL)) {
            var socket = (EpollMediaSocket) rig.open(loopback(LOOPBACK_4, 0));
            assumeTrue(socket.sendsRuns(), "this system has no UDP_SEGMENT");
            sendWithoutChecksums(socket);
            var client = rig.client(LOOPBACK_4);
            var path = Path.to(socket, addressOf(client));

            rig.onLoop(() -> {
                for (var i = 0; i < 20; i++) {
                    rig.queue(path, new byte[] {(byte) i, 1, 2});
                }
                rig.flush();
            });

            for (var i = 0; i < 20; i++) {
                assertThat(receive(client)).containsExactly(i, 1, 2);
            }
            assertThat(rig.sends.get(SendCount.REFUSED_SIZE)).isEqualTo(1);
            assertThat(rig.sends.get(SendCount.FALLBACKS)).isEqualTo(1);
            assertThat(rig.sends.get(SendCount.RUNS)).isZero();
        }
    }

    private static void sendWithoutChecksums(EpollMediaSocket socket) {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO_LAYOUT);
            var on = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
            var fd = socket.fd().intValue();
            assertThat(Libc.setsockopt(errno, fd, Libc.SOL_SOCKET, SO_NO_CHECK, on.address()))
                    .isZero();
        }
    }

    @Test
    void sendsNoRunsWhereTheSettingsSaySo() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0), BUFFER_BYTES, false);
            var path = Path.to(socket, addressOf(rig.client(LOOPBACK_4)));
            rig.onLoop(() -> {
                rig.queue(path, new byte[100]);
                rig.queue(path, new byte[100]);
                rig.flush();
            });

            assertThat(socket.sendsRuns()).isFalse();
            assertThat(rig.sends.get(SendCount.MESSAGES)).isEqualTo(2);
        }
    }

    @Test
    void sendingRunsMakesNoGarbage() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL, EGRESS_BYTES)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            // Nobody reads: what does not fit into their buffers is the clients' loss.
            var paths = new Path[30];
            for (var i = 0; i < paths.length; i++) {
                paths[i] = Path.to(socket, addressOf(rig.client(LOOPBACK_4)));
            }
            var meter = new GarbageMeter(4_000, 4_000);
            rig.onLoop(
                    () -> {
                        while (meter.step()) {
                            for (var packet = 0; packet < 8; packet++) {
                                for (var path : paths) {
                                    var offset = rig.egress.reserve(1_200);
                                    rig.egress.take(offset, 1_200);
                                    path.socket().queue(path, offset, 1_200);
                                }
                            }
                            socket.flush();
                            rig.egress.reset();
                        }
                    },
                    METER_SECONDS);

            assertThat(meter.leastBytes()).isLessThan(GarbageMeter.CLEAN_BYTES);
            assertThat(rig.sends.get(SendCount.RUNS)).isPositive();
        }
    }

    private static byte[] receive(DatagramSocket client) throws IOException {
        var packet = new DatagramPacket(new byte[2_048], 2_048);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static InetSocketAddress addressOf(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }
}
