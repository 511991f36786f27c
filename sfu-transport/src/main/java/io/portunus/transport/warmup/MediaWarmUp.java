// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.warmup;

import io.portunus.core.fate.Fate;
import io.portunus.transport.peer.PeerFactory;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends media through media loops of its own until the packet path is compiled: a publisher's
/// frames and sound, and from those who watch what browsers send back. Otherwise the first calls
/// after a start would be forwarded by code that is interpreted, or compiled meanwhile, for a
/// minute or two. What it was worth: docs/performance.md.
public final class MediaWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(MediaWarmUp.class);

    /// Whatever it has reached by then is enough.
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(6);

    /// So many that what happens once in a round happens often enough for the compiler.
    private static final int ROUNDS = 3_000;

    private static final int SOUND_PACKETS = 2;
    private static final int ROUNDS_TO_LOSS = 16;
    private static final int ROUNDS_TO_REPORT = 4;

    /// After which the loop finds its subscribers cold, and does what it does then.
    private static final int ROUNDS_TO_PAUSE = 4;

    private static final int ROUNDS_TO_PICTURE_LOSS = 64;
    private static final int LOST = 3;
    private static final int BITS_PER_SECOND = 2_000_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final WarmUpCall call;
    private final BooleanSupplier isOver;
    private int transport;
    private int feedbacks;

    private MediaWarmUp(WarmUpCall call, BooleanSupplier isOver) {
        this.call = call;
        this.isOver = isOver;
    }

    /// What came of it.
    ///
    /// @param received how many packets the loops took in
    /// @param sent how many they sent to those who watched
    /// @param resent how many of those again
    /// @param piped how many went from one loop to the other
    public record Result(long received, long sent, long resent, long piped) {
        static final Result NONE = new Result(0, 0, 0, 0);
    }

    /// Takes a few seconds of two processors, and returns at the latest when `isOver`. A failure is
    /// logged; without it the server is slower for a while, no more.
    ///
    /// @param factories makes the connections of each loop
    /// @param segmentation whether runs of packets are cut apart by the system
    public static Result run(
            Supplier<PeerFactory> factories, boolean segmentation, BooleanSupplier isOver) {
        return run(factories, segmentation, isOver, ROUNDS, MOST_NANOS);
    }

    static Result run(
            Supplier<PeerFactory> factories,
            boolean segmentation,
            BooleanSupplier isOver,
            int rounds,
            long mostNanos) {
        var start = System.nanoTime();
        try (var call = new WarmUpCall(factories, segmentation, isOver)) {
            new MediaWarmUp(call, isOver).run(start, rounds, mostNanos);
            var result =
                    new Result(
                            call.count(Fate.RECEIVED),
                            call.count(Fate.SENT),
                            call.count(Fate.RESENT),
                            call.count(Fate.PIPED));
            LOG.info(
                    "the packet path is warm: {} packets sent in {} ms",
                    result.sent(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            return result;
        } catch (IOException | RuntimeException e) {
            if (!isOver.getAsBoolean()) {
                LOG.warn("the packet path was not warmed up", e);
            }
            return Result.NONE;
        }
    }

    private void run(long startNanos, int rounds, long mostNanos) throws IOException {
        for (var round = 0; round < rounds && !isOver.getAsBoolean(); round++) {
            if (System.nanoTime() - startNanos > mostNanos) {
                return;
            }
            publish(round);
            call.read();
            report(round);
            if (round % ROUNDS_TO_PAUSE == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /// A frame and some sound, and waits until the loop has them.
    private void publish(int round) throws IOException {
        var publisher = call.publisher();
        var wanted = call.count(Fate.RECEIVED) + SOUND_PACKETS + WarmUpStream.FRAME;
        for (var i = 0; i < WarmUpStream.FRAME; i++) {
            if (i == LOST && round % ROUNDS_TO_LOSS == 0) {
                call.video().skip();
                wanted--;
            } else {
                call.video().send(publisher, transport++);
            }
        }
        for (var i = 0; i < SOUND_PACKETS; i++) {
            call.sound().send(publisher, transport++);
        }
        if (round % ROUNDS_TO_REPORT == 0) {
            reportSent();
        }
        var patience = System.nanoTime() + PATIENCE_NANOS;
        while (call.count(Fate.RECEIVED) < wanted && System.nanoTime() - patience < 0) {
            // The processors are for the loops and the compiler.
            LockSupport.parkNanos(SHORT_NANOS);
        }
    }

    private void reportSent() throws IOException {
        var publisher = call.publisher();
        publisher.check();
        var video = call.video();
        var report = publisher.rtcp();
        var now = System.nanoTime();
        report.senderReport(
                video.ssrc(),
                now << 2,
                video.timestamp(),
                (int) video.made(),
                (int) video.made() * 1_000);
        report.cname(video.ssrc(), new byte[] {'w'});
        publisher.sendRtcp();
    }

    /// What those who watch send back.
    private void report(int round) throws IOException {
        for (var watcher : call.watchers()) {
            if (watcher.newest() < 0) {
                continue;
            }
            arrivals(watcher);
            missing(watcher);
            state(watcher);
            watcher.check();
            if (round % ROUNDS_TO_PICTURE_LOSS == 0) {
                watcher.rtcp().pictureLoss(1, watcher.watched());
                watcher.sendRtcp();
            }
        }
    }

    /// Eight packets have come, a millisecond after another
    /// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
    private void arrivals(WarmUpClient watcher) throws IOException {
        var at = watcher.rtcp().transportFeedback(1, watcher.watched(), 20);
        var memory = watcher.memory();
        memory.set(INT, at, (feedbacks * 8 & 0xFFFF) << 16 | 8);
        memory.set(INT, at + 4, feedbacks << 8 | (feedbacks & 0xFF));
        feedbacks++;
        memory.set(INT, at + 8, 0x2008_0404);
        memory.set(INT, at + 12, 0x0404_0404);
        memory.set(INT, at + 16, 0x0404_0000);
        watcher.sendRtcp();
    }

    private void missing(WarmUpClient watcher) throws IOException {
        var report = watcher.rtcp();
        report.nack(1, watcher.watched());
        report.missing(watcher.newest() - 5 & 0xFFFF);
        report.missing(watcher.newest() - 2 & 0xFFFF);
        watcher.sendRtcp();
    }

    private void state(WarmUpClient watcher) throws IOException {
        var report = watcher.rtcp();
        report.receiverReport(1);
        report.reportBlock(watcher.watched(), 0, 0, watcher.newest(), 10, 0, 0);
        report.remb(1, BITS_PER_SECOND, watcher.watched());
        watcher.sendRtcp();
    }
}
