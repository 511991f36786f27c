// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How events travel to one receiver, in virtual time.
class CourierTest {
    private static final long MILLI = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final Script receiver = new Script();
    private long now;

    /// Takes what it is told to take, and remembers it.
    private static final class Script implements Receiver {
        private final Deque<Outcome> outcomes = new ArrayDeque<>();
        private final List<String> tried = new ArrayList<>();
        private final List<Long> numbers = new ArrayList<>();

        @Override
        public Outcome deliver(byte[] message, int events, long first) {
            tried.add(new String(message, StandardCharsets.UTF_8));
            numbers.add(first);
            var next = outcomes.poll();
            return next == null ? Outcome.DELIVERED : next;
        }

        void then(Outcome... next) {
            outcomes.addAll(List.of(next));
        }

        @Override
        public void close() {}
    }

    @Test
    void eventsWaitForOneAnotherButNotForLong() throws InterruptedException {
        var way = way(true, 10, 1_000);
        way.add("1");
        now = 100 * MILLI;
        way.add("2");

        assertThat(way.turn()).as("the first has half a second").isEqualTo(500 * MILLI);
        assertThat(receiver.tried).isEmpty();
        now = 500 * MILLI;
        assertThat(way.turnUntilQuiet()).isEqualTo(NEVER);

        assertThat(receiver.tried).containsExactly("[1,2]");
        assertThat(way.courier.delivered()).isEqualTo(2);
    }

    @Test
    void aFullMessageGoesAtOnceByNumberOrByBytes() throws InterruptedException {
        var byNumber = way(true, 3, 1_000);
        IntStream.range(0, 7).forEach(n -> byNumber.add("" + n));
        assertThat(byNumber.turnUntilQuiet()).isEqualTo(500 * MILLI);
        assertThat(receiver.tried).containsExactly("[0,1,2]", "[3,4,5]");
        assertThat(receiver.numbers).containsExactly(1L, 4L);

        receiver.tried.clear();
        var byBytes = way(true, 100, 10);
        byBytes.add("12345");
        byBytes.add("67890");
        byBytes.add("123456789012345");
        assertThat(byBytes.turnUntilQuiet()).isEqualTo(NEVER);
        assertThat(receiver.tried)
                .as("no message is longer, but for one event that is")
                .containsExactly("[12345]", "[67890]", "[123456789012345]");
    }

    @Test
    void withoutGroupingEachEventGoesAloneAndAtOnce() throws InterruptedException {
        var way = way(false, 10, 1_000);
        way.add("1");
        way.add("2");

        assertThat(way.turnUntilQuiet()).isEqualTo(NEVER);

        assertThat(receiver.tried).containsExactly("1", "2");
    }

    @Test
    void afterFailuresItWaitsTwiceAsLongEachTimeUpToTheLongest() throws InterruptedException {
        var way = way(false, 10, 1_000);
        way.add("1");
        var waits = new ArrayList<Long>();
        for (var i = 0; i < 10; i++) {
            receiver.then(Receiver.Outcome.FAILED);
            var again = way.turn();
            assertThat(way.turn()).as("nothing is tried before that").isEqualTo(again);
            waits.add((again - now) / MILLI);
            now = again;
        }
        assertThat(receiver.tried).hasSize(10).containsOnly("1");
        assertThat(receiver.numbers).as("a repetition is known by its number").containsOnly(1L);
        for (var i = 0; i < waits.size(); i++) {
            var full = Math.min(60_000, 500L << i);
            assertThat(waits.get(i)).as("wait %d", i).isBetween(full / 2, full);
        }

        assertThat(way.turnUntilQuiet()).isEqualTo(NEVER);
        assertThat(way.courier.delivered()).isOne();
        assertThat(way.courier.retries()).isEqualTo(10);
        way.add("2");
        receiver.then(Receiver.Outcome.FAILED);
        assertThat(way.turn() - now)
                .as("after a success it begins anew")
                .isLessThanOrEqualTo(500 * MILLI);
    }

    @Test
    void twoServersDoNotComeBackAtTheSameMoment() throws InterruptedException {
        receiver.then(Receiver.Outcome.FAILED, Receiver.Outcome.FAILED);
        var one = way(false, 10, 1_000);
        var other = new Way(settings(false, 10, 1_000, 100, 1_000), new Random(2));
        one.add("1");
        other.add("1");

        assertThat(one.turn()).isNotEqualTo(other.turn());
    }

    @Test
    void whatWaitsIsBoundedAndTheOldestGivesWayAndIsTold() throws InterruptedException {
        var way = new Way(settings(true, 10, 1_000, 4, 1_000), new Random(1));
        receiver.then(Receiver.Outcome.FAILED);
        IntStream.rangeClosed(1, 4).forEach(n -> way.add("" + n));
        now = 500 * MILLI;
        var again = way.turn();
        IntStream.rangeClosed(5, 7).forEach(n -> way.add("" + n));
        assertThat(way.queue.size()).isEqualTo(4);
        assertThat(way.queue.dropped()).isEqualTo(3);

        now = again + 500 * MILLI;
        way.turnUntilQuiet();

        assertThat(receiver.tried).containsExactly("[1,2,3,4]", "[lost 3,4,5,6,7]");
        assertThat(receiver.numbers).as("the gap shows").containsExactly(1L, 4L);
        way.add("8");
        now += 500 * MILLI;
        way.turnUntilQuiet();
        assertThat(receiver.tried.getLast()).as("a loss is told once").isEqualTo("[8]");
    }

    @Test
    void bytesAreBoundedToo() throws InterruptedException {
        var way = new Way(settings(true, 10, 1_000, 100, 8), new Random(1));
        way.add("12345");
        way.add("67");
        way.add("89");
        assertThat(way.queue.dropped()).isOne();
        way.add("123456789");
        assertThat(way.queue.dropped()).as("one that never fits").isEqualTo(2);

        now = 500 * MILLI;
        way.turnUntilQuiet();

        assertThat(receiver.tried).containsExactly("[lost 2,67,89]");
    }

    @Test
    void aLossThatCannotBeToldIsToldLater() throws InterruptedException {
        var way = new Way(settings(false, 10, 1_000, 1, 1_000), new Random(1));
        way.add("1");
        way.add("2");
        receiver.then(Receiver.Outcome.FAILED);

        now = way.turn();
        way.turnUntilQuiet();

        assertThat(receiver.tried).containsExactly("lost 1", "lost 1", "2");
    }

    @Test
    void whatIsRefusedForGoodIsNotRepeatedButCounted() throws InterruptedException {
        var way = way(false, 10, 1_000);
        way.add("bad");
        way.add("good");
        receiver.then(Receiver.Outcome.REFUSED);

        now = way.turn();
        way.turnUntilQuiet();

        assertThat(receiver.tried).containsExactly("bad", "lost 1", "good");
        assertThat(way.queue.dropped()).isOne();
        assertThat(way.courier.delivered()).isOne();
    }

    @Test
    void aFaultOnTheWayIsAFailureLikeAnyOther() throws InterruptedException {
        var settings = settings(false, 10, 1_000, 10, 1_000);
        var queue = new EventQueue(settings);
        var calls = new ArrayList<byte[]>();
        Receiver faulty =
                new Receiver() {
                    @Override
                    public Outcome deliver(byte[] message, int events, long first) {
                        calls.add(message);
                        if (calls.size() == 1) {
                            throw new IllegalArgumentException("a fault");
                        }
                        return Outcome.DELIVERED;
                    }

                    @Override
                    public void close() {}
                };
        var courier = new Courier(settings, queue, faulty, new Random(1), CourierTest::lost);
        queue.add(new byte[] {'1'}, 0);

        var again = courier.turn(0);
        courier.turn(again);

        assertThat(calls).hasSize(2);
        assertThat(courier.delivered()).isOne();
    }

    @Test
    void whatWaitsAtTheEndIsDueAtOnceAndNothingNewIsTaken() throws InterruptedException {
        var way = way(true, 10, 1_000);
        way.add("1");
        way.queue.close();
        way.add("2");

        way.turnUntilQuiet();

        assertThat(receiver.tried).containsExactly("[lost 1,1]");
    }

    private Way way(boolean grouping, int batchEvents, int batchBytes) {
        return new Way(settings(grouping, batchEvents, batchBytes, 100, 1_000), new Random(1));
    }

    private static HandlerSettings settings(
            boolean grouping, int batchEvents, int batchBytes, int queueEvents, long queueBytes) {
        return new HandlerSettings(
                "test",
                URI.create("http://localhost/"),
                EnumSet.allOf(EventType.class),
                true,
                grouping,
                HandlerSettings.Access.NONE,
                new HandlerSettings.Limits(
                        batchEvents,
                        batchBytes,
                        Duration.ofMillis(500),
                        queueEvents,
                        queueBytes,
                        Duration.ofSeconds(5),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(60)));
    }

    private static byte[] lost(long events) {
        return ("lost " + events).getBytes(StandardCharsets.UTF_8);
    }

    private final class Way {
        private final EventQueue queue;
        private final Courier courier;

        Way(HandlerSettings settings, Random random) {
            queue = new EventQueue(settings);
            courier = new Courier(settings, queue, receiver, random, CourierTest::lost);
        }

        void add(String event) {
            queue.add(event.getBytes(StandardCharsets.UTF_8), now);
        }

        long turn() throws InterruptedException {
            return courier.turn(now);
        }

        long turnUntilQuiet() throws InterruptedException {
            var next = turn();
            while (next <= now) {
                next = turn();
            }
            return next;
        }
    }
}
