// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.portunus.core.fate.Fate;
import io.portunus.deploy.testkit.Rtcp;
import io.portunus.deploy.testkit.Rtp;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.udp.SocketKind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From the read of a socket to the write of another, under encryption, with repairs and reports:
/// nothing is left for the collector. Measured of the media loop's own thread, in the assembled
/// server.
@Timeout(300)
class WholePathAllocationTest {
    private static final int SUBSCRIBERS = 25;
    private static final int PACKETS = 1_000_000;
    private static final int MOST_WINDOWS = 3;
    private static final int CLEAN_BYTES = 4_096;

    /// So many go at once, as much as every socket buffer takes.
    private static final int BURST = 30;

    /// Of which so many are sound.
    private static final int AUDIO = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private volatile boolean over;

    @ParameterizedTest
    @ValueSource(strings = {"ipsec-mb", "libcrypto"})
    void aMillionPacketsLeaveNoGarbage(String ciphers) throws InterruptedException {
        assumeTrue(SocketKind.best() == SocketKind.EPOLL, "only our own sockets leave none");
        assumeTrue(canUse(ciphers), "this machine does not have " + ciphers);
        var settings = Map.of("MEDIA_LOOPS", "1", "MEDIA_SRTP_CIPHERS", ciphers);
        try (var server = RunningServer.start(settings);
                var host = server.client();
                var publisher = server.publisher(server.newRoom(host))) {
            var readers = new ArrayList<Thread>();
            for (var i = 0; i < SUBSCRIBERS; i++) {
                var subscriber = server.subscriber(publisher);
                readers.add(Thread.ofVirtual().start(() -> watch(subscriber)));
            }
            var loop = mediaThread();
            var sent = send(server, publisher, 0, PACKETS / 2);
            var least = Long.MAX_VALUE;
            for (var i = 0; i < MOST_WINDOWS && least > CLEAN_BYTES; i++) {
                var before = threads.getThreadAllocatedBytes(loop);
                var packets = server.count(Fate.DATAGRAM_SENT);
                sent = send(server, publisher, sent, PACKETS);
                least = Math.min(least, threads.getThreadAllocatedBytes(loop) - before);
                packets = server.count(Fate.DATAGRAM_SENT) - packets;
                assertThat(packets).as("packets that were sent").isGreaterThan(PACKETS);
            }
            over = true;
            for (var reader : readers) {
                reader.join();
            }
            assertThat(server.count(Fate.RESENT)).as("repairs among them").isPositive();
            assertThat(least).as("bytes of garbage in a million packets").isLessThan(CLEAN_BYTES);
        }
    }

    private static boolean canUse(String ciphers) {
        try {
            return SrtpCiphers.choose(ciphers).name().equals(ciphers);
        } catch (RuntimeException _) {
            return false;
        }
    }

    private long mediaThread() {
        for (var thread : threads.dumpAllThreads(false, false)) {
            if (thread.getThreadName().equals("media-0")) {
                return thread.getThreadId();
            }
        }
        throw new AssertionError("there is no media loop");
    }

    /// Sends until so many have gone out, each burst when the one before has come in.
    ///
    /// @param from how many bursts were sent before
    /// @return how many were sent by now
    private static int send(
            RunningServer server, ScriptedPublisher publisher, int from, int packets)
            throws InterruptedException {
        var bursts = from;
        var end = server.count(Fate.DATAGRAM_SENT) + packets;
        while (server.count(Fate.DATAGRAM_SENT) <= end) {
            var received = server.count(Fate.RECEIVED) + BURST;
            for (var i = 0; i < BURST - AUDIO; i++) {
                publisher.send(publisher.video(), (long) bursts * (BURST - AUDIO) + i);
            }
            for (var i = 0; i < AUDIO; i++) {
                publisher.send(publisher.audio(), (long) bursts * AUDIO + i);
            }
            bursts++;
            var patience = System.nanoTime() + PATIENCE.toNanos();
            while (server.count(Fate.RECEIVED) < received && System.nanoTime() < patience) {
                TimeUnit.MICROSECONDS.sleep(50);
            }
        }
        return bursts;
    }

    /// Reads what comes, asks for some of it again, reports and tells of arrivals.
    private void watch(ScriptedSubscriber subscriber) {
        try (subscriber) {
            var ssrc = subscriber.offer().only("video").ssrcs().getFirst();
            var seen = 0;
            while (!over) {
                var packet = subscriber.nextRtp(Duration.ofMillis(100));
                if (packet != null && packet.ssrc() == ssrc && ++seen % 1_000 == 0) {
                    askAgain(subscriber, packet);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void askAgain(ScriptedSubscriber subscriber, Rtp packet) {
        var number = packet.sequence();
        var media = subscriber.media();
        media.sendRtcp(Rtcp.nack(packet.ssrc(), (number - 9) & 0xFFFF, (number - 1) & 0xFFFF));
        media.sendRtcp(Rtcp.receiverReport(packet.ssrc(), 2, number));
        media.sendRtcp(Rtcp.arrivals(packet.ssrc(), number, number));
    }
}
