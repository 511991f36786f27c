// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.portunus.core.fate.Fate;
import io.portunus.transport.testkit.QuietSocket;
import io.portunus.transport.testkit.StunWriter;
import io.portunus.transport.udp.Path;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A client that is known proves every few seconds that it is there, and a stranger may send what
/// it likes as fast as it likes.
class StunAllocationTest {
    private static final int CHECKS = 20_000;
    private static final int ROUNDS = 8;
    private static final long CLEAN_BYTES = 4_096;

    private final IceCredentials own = IceCredentials.create(new Random(1));
    private final Path path =
            Path.to(new QuietSocket(10_000), new InetSocketAddress("192.0.2.1", 4_711));
    private final IceLite ice =
            new IceLite(new StunCodec(), IceSettings.DEFAULT, new Random(2), new Silence(), 0);

    @Test
    void checksOfAKnownClientLeaveNoGarbage() {
        assertThat(leastGarbage(own.password(), Fate.STUN_ANSWERED)).isLessThan(CLEAN_BYTES);
    }

    @Test
    void forgedChecksLeaveNoGarbage() {
        assertThat(leastGarbage("forgedforgedforgedforged", Fate.STUN_NOT_AUTHENTIC))
                .isLessThan(CLEAN_BYTES);
    }

    private long leastGarbage(String password, Fate expected) {
        ice.offer(own);
        var check =
                StunWriter.check(new byte[12], own.ufrag() + ":cl13", true)
                        .integrity(password)
                        .fingerprint()
                        .bytes();
        var memory = Arena.ofAuto().allocate(check.length);
        MemorySegment.copy(MemorySegment.ofArray(check), 0, memory, 0, check.length);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var least = Long.MAX_VALUE;
        for (var round = 0; round < ROUNDS; round++) {
            var before = threads.getCurrentThreadAllocatedBytes();
            for (var i = 0; i < CHECKS; i++) {
                if (ice.onStun(path, memory, 0, check.length, i) != expected) {
                    throw new AssertionError("not " + expected);
                }
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static final class Silence implements IceLite.Outlet {
        @Override
        public void send(Path path, byte[] message, int length) {}

        @Override
        public boolean open(Path path, long nowNanos) {
            return true;
        }

        @Override
        public void close(Path path) {}

        @Override
        public void select(Path path, long nowNanos) {}

        @Override
        public void retire(String ufrag) {}
    }
}
