// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static io.portunus.transport.udp.SocketRig.LOOPBACK_4;
import static io.portunus.transport.udp.SocketRig.loopback;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.transport.testkit.GarbageMeter;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import org.junit.jupiter.api.Test;

class EpollMediaSocketTest {
    private static final int WARM_UP = 300_000;
    private static final int MEASURED = 1_000_000;
    private static final int IN_FLIGHT = 48;

    /// Two sockets on one loop that send each datagram straight back: half of all work is
    /// receiving, the other half sending.
    @Test
    void receivingAndSendingAMillionDatagramsMakesNoGarbage() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL)) {
            var one = rig.open(loopback(LOOPBACK_4, 0));
            var other = rig.open(loopback(LOOPBACK_4, 0));
            var paths = new PathTable<String>(4, 1);
            paths.put(Path.to(one, other.localAddress()), "other");
            paths.put(Path.to(other, one.localAddress()), "one");
            var rally = new Rally(rig, paths);
            one.start(rally);
            other.start(rally);

            rig.onLoop(() -> {
                for (var i = 0; i < IN_FLIGHT; i++) {
                    rig.queue(Path.to(one, other.localAddress()), new byte[1_200]);
                }
                rig.flush();
            });

            assertThat(rally.meter.await(120)).as("the rally is over").isTrue();
            assertThat(rally.meter.leastBytes()).isLessThan(GarbageMeter.CLEAN_BYTES);
        }
    }

    private static final class Rally implements DatagramReceiver {
        private final GarbageMeter meter = new GarbageMeter(WARM_UP, MEASURED);
        private final SocketRig rig;
        private final EgressMemory egress;
        private final PathTable<String> paths;

        Rally(SocketRig rig, PathTable<String> paths) {
            this.rig = rig;
            egress = rig.egress;
            this.paths = paths;
        }

        @Override
        public void onBatchStart(boolean atOnce) {}

        @Override
        public void onDatagram(Datagram datagram) {
            if (meter.step()) {
                sendBack(datagram);
            }
        }

        private void sendBack(Datagram datagram) {
            var path = paths.path(paths.find(datagram));
            var length = datagram.length();
            var offset = egress.reserve(length);
            MemorySegment.copy(
                    datagram.memory(), datagram.offset(), egress.memory(), offset, length);
            egress.take(offset, length);
            path.socket().queue(path, offset, length);
        }

        @Override
        public void onBatchEnd() {
            rig.flush();
        }
    }

    @Test
    void measuresHowLongAQuestionTakesFromTheKernelToItsAnswer() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            var client = rig.client(LOOPBACK_4);
            var start = System.nanoTime();
            for (var i = 0; i < 3; i++) {
                client.send(new DatagramPacket(new byte[10], 10, socket.localAddress()));
            }
            var answered =
                    new Arrivals(
                            3,
                            datagram -> rig.queue(datagram.pathBack(), new byte[20]),
                            rig::flush);
            // They wait in the kernel until now, together.
            socket.start(answered);
            answered.await();
            rig.onLoop(() -> {});
            var took = System.nanoTime() - start;

            assertThat(rig.delays.total()).as("delays of one batch").isEqualTo(1);
            assertThat(rig.delays.sumNanos()).isBetween(1L, took);

            client.send(new DatagramPacket(new byte[10], 10, socket.localAddress()));
            // The three answers from before come first.
            for (var i = 0; i < 4; i++) {
                client.receive(new DatagramPacket(new byte[100], 100));
            }
            rig.onLoop(() -> {});
            assertThat(rig.delays.total()).isEqualTo(2);
        }
    }

    @Test
    void whatNothingComesOfHasNoDelay() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0));
            var arrivals = new Arrivals(1);
            socket.start(arrivals);
            var client = rig.client(LOOPBACK_4);
            client.send(new DatagramPacket(new byte[10], 10, socket.localAddress()));
            arrivals.await();
            rig.onLoop(() -> {});

            assertThat(rig.delays.total()).isZero();
        }
    }

    @Test
    void tellsWhatTheKernelThrewAway() throws Exception {
        try (var rig = new SocketRig(SocketKind.EPOLL)) {
            var socket = rig.open(loopback(LOOPBACK_4, 0), 8 * 1024);
            var client = rig.client(LOOPBACK_4);
            for (var i = 0; i < 100; i++) {
                client.send(new DatagramPacket(new byte[1_000], 1_000, socket.localAddress()));
            }

            assertThat(socket.kernelDrops()).isBetween(50L, 100L);
        }
    }
}
