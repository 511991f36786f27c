// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import io.portunus.bench.load.udp.Affinity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Keeps a server on the last processor of the machine, on a part of it where control groups may be
/// made, and this process, which measures it, on the others: so that a machine that is no larger
/// than the server's can drive it beyond what it can. Confined to one thread.
public final class Confinement implements AutoCloseable {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Path PROCESSES = Path.of("/proc");
    private static final int PERCENT = 100;

    private final long pid;
    private final double share;
    private final boolean isPinned;
    private final @Nullable Quota quota;
    private final Thread whenWeEnd = new Thread(this::end, "end-confinement");

    private Confinement(long pid, double share) {
        this.pid = pid;
        this.share = share;
        isPinned = Affinity.part(pid);
        quota = Quota.of(pid, CGROUPS, PROCESSES).orElse(null);
        Runtime.getRuntime().addShutdownHook(whenWeEnd);
    }

    /// Pins both processes; the quota comes with [#tighten].
    ///
    /// @param pid of the server
    /// @param share of one processor: 0.01 to 1
    public static Confinement of(long pid, double share) {
        return new Confinement(pid, share);
    }

    /// How much of a processor the server gets.
    public double share() {
        return quota == null ? 1 : share;
    }

    /// What it is, for the reader.
    public String description() {
        var where = isPinned ? "a processor of its own" : "a processor";
        return quota == null
                ? "all of " + where + ", since no control group can be made here"
                : String.format(Locale.ROOT, "%.0f %% of %s", PERCENT * share, where);
    }

    /// From now on the server gets no more than its share.
    public void tighten() {
        if (quota != null) {
            try {
                quota.limit(share);
            } catch (IOException e) {
                throw new UncheckedIOException("the server's quota cannot be set", e);
            }
        }
    }

    /// From now on it gets as much as it wants.
    public void loosen() {
        if (quota != null) {
            try {
                quota.lift();
            } catch (IOException e) {
                throw new UncheckedIOException("the server's quota cannot be lifted", e);
            }
        }
    }

    private void end() {
        if (quota != null) {
            quota.close();
        }
        if (isPinned) {
            Affinity.free(pid);
        }
    }

    /// Frees both processes.
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(whenWeEnd);
        end();
    }
}
