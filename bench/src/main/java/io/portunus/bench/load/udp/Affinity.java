// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.udp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which processors processes run on. Stateless.
public final class Affinity {
    /// More are not told apart.
    private static final int MOST = 64;

    private Affinity() {}

    /// Parts a process from this one: it gets the last processor, this one the others. False where
    /// there is only one, or the system refuses.
    public static boolean part(long pid) {
        var processors = Runtime.getRuntime().availableProcessors();
        if (processors < 2 || processors > MOST) {
            return false;
        }
        var last = 1L << (processors - 1);
        return set(pid, last) && set(ProcessHandle.current().pid(), last - 1);
    }

    /// Keeps all threads of this process on one processor; false where the system refuses.
    public static boolean gather() {
        return set(ProcessHandle.current().pid(), 1);
    }

    /// Lets a process, and this one, run anywhere again.
    public static void free(long pid) {
        set(pid, -1);
        set(ProcessHandle.current().pid(), -1);
    }

    /// All threads of a process; those that they start do as they do.
    private static boolean set(long pid, long processors) {
        try (var threads = Files.list(Path.of("/proc/" + pid + "/task"));
                var arena = Arena.ofConfined()) {
            var mask = arena.allocateFrom(ValueLayout.JAVA_LONG, processors);
            var done = true;
            for (var thread : threads.toList()) {
                var id = Integer.parseInt(thread.getFileName().toString());
                // One that has ended meanwhile is none.
                done &=
                        Linux.setAffinity(id, Long.BYTES, mask.address()) >= 0
                                || !Files.exists(thread);
            }
            return done;
        } catch (IOException _) {
            return false;
        }
    }
}
