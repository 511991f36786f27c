// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LoopTimerTest {
    private static final long MILLIS = 1_000_000;
    private static final long HOURS = 3_600_000 * MILLIS;

    private final LinkedBlockingQueue<Long> wentOff = new LinkedBlockingQueue<>();

    /// What happens on the event loop.
    @FunctionalInterface
    private interface Script {
        void run(LoopTimer timer, IoEventLoop loop) throws Exception;
    }

    private void with(SocketKind kind, Script script) throws Exception {
        assumeTrue(kind == SocketKind.NETTY || SocketKind.best() == kind, "no epoll here");
        var group = new MultiThreadIoEventLoopGroup(1, kind.ioHandlers());
        try {
            var loop = group.next();
            var timer = kind.timer(loop, () -> wentOff.add(System.nanoTime()));
            script.run(timer, loop);
            loop.submit(timer::close).get();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void goesOffOnceAndNotBeforeItsTime(SocketKind kind) throws Exception {
        with(
                kind,
                (timer, loop) -> {
                    var before = System.nanoTime();
                    loop.submit(() -> timer.set(20 * MILLIS)).get();
                    assertThat(wentOff.take() - before).isGreaterThanOrEqualTo(20 * MILLIS);
                    // Whatever it would still do, it would have done by the time of the next.
                    loop.submit(() -> timer.set(MILLIS)).get();
                    wentOff.take();
                    assertThat(wentOff).isEmpty();
                });
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void isMovedBothWays(SocketKind kind) throws Exception {
        with(
                kind,
                (timer, loop) -> {
                    loop.submit(() -> timer.set(HOURS)).get();
                    loop.submit(() -> timer.set(MILLIS)).get();
                    wentOff.take();
                    loop.submit(
                                    () -> {
                                        timer.set(1);
                                        timer.set(HOURS);
                                    })
                            .get();
                    loop.submit(() -> timer.set(MILLIS)).get();
                    wentOff.take();
                    assertThat(wentOff).as("nothing of what it was set to before").isEmpty();
                });
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void aStoppedOneDoesNotGoOffAndCanBeSetAgain(SocketKind kind) throws Exception {
        with(
                kind,
                (timer, loop) -> {
                    loop.submit(
                                    () -> {
                                        timer.set(1);
                                        timer.stop();
                                        timer.stop();
                                    })
                            .get();
                    loop.submit(() -> {}).get();
                    assertThat(wentOff).isEmpty();
                    loop.submit(() -> timer.set(MILLIS)).get();
                    wentOff.take();
                });
    }

    @ParameterizedTest
    @EnumSource(SocketKind.class)
    void maySetItselfAgainWhenItGoesOff(SocketKind kind) throws Exception {
        assumeTrue(kind == SocketKind.NETTY || SocketKind.best() == kind, "no epoll here");
        var group = new MultiThreadIoEventLoopGroup(1, kind.ioHandlers());
        try {
            var loop = group.next();
            var timers = new LoopTimer[1];
            timers[0] =
                    kind.timer(
                            loop,
                            () -> {
                                wentOff.add(System.nanoTime());
                                timers[0].set(MILLIS);
                            });
            loop.submit(() -> timers[0].set(MILLIS)).get();
            for (var i = 0; i < 5; i++) {
                wentOff.take();
            }
            loop.submit(() -> timers[0].close()).get();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }
}
