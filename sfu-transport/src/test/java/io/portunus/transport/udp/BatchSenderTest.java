// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.core.fate.FateCounters;
import io.portunus.transport.testkit.QuietSocket;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSenderTest {
    private static final int EPERM = 1;
    private static final int EHOSTUNREACH = 113;

    private final MediaSocket socket = new QuietSocket(5_000);
    private final Arena arena = Arena.ofAuto();
    private final FateCounters fates = new FateCounters();
    private final SendCounters counters = new SendCounters();
    private final FakeSystem system = new FakeSystem();
    private final BatchSender sender =
            new BatchSender(arena, system, () -> {}, fates, counters, true);
    private final Path alice = to(1);
    private final Path bob = to(2);

    private Path to(int port) {
        return Path.to(socket, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private void queue(Path path, String text) {
        queue(sender, path, text);
    }

    private void queue(BatchSender sender, Path path, String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        var memory = arena.allocate(bytes.length + 1L);
        memory.asSlice(0, bytes.length).asByteBuffer().put(bytes);
        sender.queue(path, memory.address(), bytes.length);
    }

    @Test
    void makesOneRunForEachSubscriberOfABurstThatIsQueuedPacketByPacket() {
        var paths = new ArrayList<Path>();
        for (var subscriber = 1; subscriber <= 30; subscriber++) {
            paths.add(to(subscriber));
        }
        for (var packet = 0; packet < 8; packet++) {
            for (var path : paths) {
                queue(path, "packet " + packet + " for " + (char) path.port());
            }
        }
        sender.flush();

        assertThat(system.calls).containsExactly(30);
        assertThat(system.taken)
                .hasSize(30)
                .allSatisfy(message -> {
                    assertThat(message.segment()).isEqualTo("packet 0 for 1".length());
                    assertThat(message.datagrams()).hasSize(8);
                    assertThat(message.datagrams().getFirst())
                            .isEqualTo("packet 0 for " + (char) message.port());
                });
        assertThat(counters.get(SendCount.RUNS)).isEqualTo(30);
        assertThat(counters.get(SendCount.SEGMENTS)).isEqualTo(240);
        assertThat(counters.get(SendCount.MESSAGES)).isEqualTo(30);
        assertThat(fates.get(Fate.DATAGRAM_SENT)).isEqualTo(240);
    }

    @Test
    void sendsNothingBeforeItIsWholeEvenWhenTheQueueIsFull() {
        var sentWhenCompleted = new ArrayList<Integer>();
        Runnable complete = () -> sentWhenCompleted.add(system.taken.size());
        var late = new BatchSender(arena, system, complete, fates, counters, false);
        for (var i = 0; i <= BatchSender.QUEUE; i++) {
            queue(late, alice, "x");
        }
        assertThat(sentWhenCompleted).containsExactly(0);

        late.flush();
        late.flush();

        assertThat(sentWhenCompleted).containsExactly(0, BatchSender.QUEUE);
        assertThat(system.taken).hasSize(BatchSender.QUEUE + 1);
    }

    @Test
    void aRunEndsWithAShorterDatagramAndBeforeALongerOne() {
        for (var text : List.of("aaaa", "bbbb", "cc", "dddd", "eeeee", "fffff", "", "g", "h")) {
            queue(alice, text);
        }
        sender.flush();

        assertThat(system.taken.stream().map(FakeSystem.Message::datagrams))
                .containsExactly(
                        List.of("aaaa", "bbbb", "cc"),
                        List.of("dddd"),
                        List.of("eeeee", "fffff"),
                        List.of(""),
                        List.of("g", "h"));
        assertThat(system.taken.stream().map(FakeSystem.Message::segment))
                .containsExactly(4, 0, 5, 0, 1);
    }

    @Test
    void aRunHasNoMoreDatagramsAndBytesThanTheSystemTakes() {
        for (var i = 0; i < 130; i++) {
            queue(alice, "tiny");
        }
        sender.flush();
        assertThat(system.taken.stream().map(message -> message.datagrams().size()))
                .containsExactly(64, 64, 2);

        system.taken.clear();
        for (var i = 0; i < 100; i++) {
            queue(alice, "x".repeat(1_400));
        }
        sender.flush();
        assertThat(system.taken.stream().map(message -> message.datagrams().size()))
                .containsExactly(46, 46, 8);
    }

    @Test
    void whatFitsNoEthernetFrameGoesAlone() {
        queue(alice, "x".repeat(1_453));
        queue(alice, "x".repeat(1_453));
        sender.flush();

        assertThat(system.taken.stream().map(FakeSystem.Message::segment)).containsExactly(0, 0);
    }

    @Test
    void withoutSegmentationEveryDatagramIsAMessage() {
        var plain = new BatchSender(arena, system, () -> {}, fates, counters, false);
        for (var i = 0; i < 10; i++) {
            queue(plain, alice, "same");
        }
        plain.flush();

        assertThat(system.calls).containsExactly(10);
        assertThat(system.taken).hasSize(10).allMatch(message -> message.segment() == 0);
    }

    @Test
    void goesOnWhereTheSystemStoppedInTheMiddle() {
        for (var i = 0; i < 5; i++) {
            queue(to(i + 1), "text " + i);
        }
        system.answers(2, -Libc.EINTR, 1);
        sender.flush();

        assertThat(system.calls).containsExactly(5, 3, 3, 2);
        assertThat(system.taken.stream().map(FakeSystem.Message::port))
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(fates.get(Fate.DATAGRAM_SENT)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {Libc.EAGAIN, Libc.ENOBUFS, Libc.ENOMEM})
    void givesUpTheWholeBatchWhenTheSystemIsFull(int error) {
        // 300 messages for Alice, which is more than one call takes, and a run for Bob.
        for (var i = 0; i < 300; i++) {
            queue(alice, i % 2 == 0 ? "a" : "bc");
        }
        queue(bob, "bob");
        queue(bob, "bob");
        system.answers(100, -error);
        sender.flush();

        var sent = system.taken.stream().mapToInt(message -> message.datagrams().size()).sum();
        assertThat(system.calls).as("calls").hasSize(2);
        assertThat(fates.get(Fate.DATAGRAM_SENT)).isEqualTo(sent);
        assertThat(fates.get(Fate.SOCKET_FULL)).isEqualTo(302 - sent);
        assertThat(counters.get(SendCount.REFUSED_FULL)).isEqualTo(1);

        queue(bob, "the next batch");
        sender.flush();
        assertThat(system.arrivedAt(2)).containsExactly("the next batch");
    }

    @Test
    void whoWentWithoutIsServedFirstNextTime() {
        var paths = new ArrayList<Path>();
        for (var port = 1; port <= 30; port++) {
            paths.add(to(port));
        }
        for (var flush = 0; flush < 3; flush++) {
            system.answers(10, -Libc.EAGAIN);
            for (var path : paths) {
                queue(path, "same");
                queue(path, "same");
            }
            sender.flush();
        }

        assertThat(system.taken.stream().map(FakeSystem.Message::port))
                .as("who got something, in order")
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());
    }

    @Test
    void losesOnlyTheDatagramThatIsRefusedForItself() {
        system.refuses(message -> message.port() == 2 ? EHOSTUNREACH : 0);
        queue(alice, "before");
        queue(bob, "lost");
        queue(to(3), "after");
        sender.flush();

        assertThat(system.taken.stream().map(FakeSystem.Message::port)).containsExactly(1, 3);
        assertThat(fates.get(Fate.SOCKET_ERROR)).isEqualTo(1);
        assertThat(counters.get(SendCount.REFUSED_OTHER)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {Libc.EIO, Libc.EINVAL, Libc.EMSGSIZE, Libc.EOPNOTSUPP})
    void aRefusedRunGoesOutOneByOneAndItsDestinationGetsNoneForAWhile(int error) {
        system.refuses(message -> message.port() == 1 && message.segment() > 0 ? error : 0);
        for (var round = 0; round < 3; round++) {
            for (var i = 0; i < 4; i++) {
                queue(alice, "alice " + i);
                queue(bob, "bob " + i);
            }
            sender.flush();
        }

        assertThat(system.arrivedAt(1)).hasSize(12).startsWith("alice 0", "alice 1", "alice 2");
        assertThat(system.arrivedAt(2)).hasSize(12).startsWith("bob 0", "bob 1", "bob 2");
        var refused =
                counters.get(SendCount.REFUSED_SIZE) + counters.get(SendCount.REFUSED_OFFLOAD);
        assertThat(refused).as("runs that were refused").isEqualTo(1);
        assertThat(counters.get(SendCount.FALLBACKS)).isEqualTo(1);
        assertThat(counters.get(SendCount.RUNS)).as("Bob's runs").isEqualTo(3);
        assertThat(fates.get(Fate.DATAGRAM_SENT)).isEqualTo(24);
        assertThat(fates.get(Fate.SOCKET_ERROR)).isZero();
    }

    @Test
    void aDestinationThatRefusedARunIsTriedAgainLater() {
        system.refuses(message -> message.segment() > 0 ? Libc.EINVAL : 0);
        queue(alice, "same");
        queue(alice, "same");
        sender.flush();
        system.refuses(_ -> 0);

        var chances = 0;
        while (counters.get(SendCount.RUNS) == 0 && chances < 2 * Path.RUNS_LET_PASS) {
            queue(alice, "same");
            queue(alice, "same");
            sender.flush();
            chances++;
        }

        assertThat(counters.get(SendCount.RUNS)).isEqualTo(1);
        assertThat(chances).isEqualTo(Path.RUNS_LET_PASS);
    }

    @Test
    void aRunRefusedForAnotherReasonIsNotHeldAgainstRuns() {
        system.answers(-EPERM);
        queue(alice, "one");
        queue(alice, "two");
        sender.flush();

        assertThat(system.arrivedAt(1)).containsExactly("one", "two");
        assertThat(counters.get(SendCount.FALLBACKS)).isZero();
        assertThat(alice.takesRun()).isTrue();
    }

    @Test
    void stopsWhenTheSystemFillsUpWhileARefusedRunGoesOutOneByOne() {
        system.answers(-Libc.EIO, 1, -Libc.EAGAIN);
        for (var i = 0; i < 3; i++) {
            queue(alice, "alice");
        }
        queue(bob, "bob");
        sender.flush();

        assertThat(fates.get(Fate.DATAGRAM_SENT)).isEqualTo(1);
        assertThat(fates.get(Fate.SOCKET_FULL)).isEqualTo(3);
    }

    @Test
    void sendsEarlyWhenTheQueueIsFull() {
        for (var i = 0; i < BatchSender.QUEUE; i++) {
            queue(alice, "same");
        }
        assertThat(system.taken).isEmpty();

        queue(alice, "one more");
        assertThat(system.arrivedAt(1)).hasSize(BatchSender.QUEUE);
        sender.flush();
        assertThat(system.arrivedAt(1)).hasSize(BatchSender.QUEUE + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void keepsTheOrderOfEachDestinationWhateverIsRefused(long seed) {
        var random = new SplittableRandom(seed);
        system.refuses(message -> message.segment() > 0 && random.nextInt(4) == 0 ? Libc.EIO : 0);
        var paths = new ArrayList<Path>();
        for (var port = 1; port <= 40; port++) {
            paths.add(to(port));
        }
        Map<Integer, List<String>> expected = new HashMap<>();
        for (var flush = 0; flush < 10; flush++) {
            var datagrams = random.nextInt(BatchSender.QUEUE);
            for (var i = 0; i < datagrams; i++) {
                var path = paths.get(random.nextInt(paths.size()));
                var text = i + "x".repeat(random.nextInt(3));
                expected.computeIfAbsent(path.port(), _ -> new ArrayList<>()).add(text);
                queue(path, text);
            }
            sender.flush();
        }

        expected.forEach((port, texts) ->
                assertThat(system.arrivedAt(port)).as("at port %d", port).isEqualTo(texts));
    }
}
