// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// How much processor time a process gets, by a control group of its own in either of the forms
/// that Linux has: `cpu.max` (cgroup v2) or `cpu.cfs_quota_us` (v1). Confined to one thread, but
/// for [#close].
final class Quota implements AutoCloseable {
    /// The least that Linux takes for a quota and for a period; short ones mean short stops.
    private static final long LEAST_MICROS = 1_000;

    private final Path folder;
    private final Path home;
    private final boolean isV2;

    private Quota(Path folder, Path home, boolean isV2) {
        this.folder = folder;
        this.home = home;
        this.isV2 = isV2;
    }

    /// Puts a process into a group of its own, without a limit; nothing where that is not allowed.
    ///
    /// @param cgroups where control groups are mounted, `/sys/fs/cgroup`
    /// @param processes `/proc`
    static Optional<Quota> of(long pid, Path cgroups, Path processes) {
        var name = "portunus-load-" + pid;
        var isV2 = Files.exists(cgroups.resolve("cgroup.controllers"));
        var root = isV2 ? cgroups : cgroups.resolve("cpu");
        var folder = root.resolve(name);
        try {
            var home = root.resolve(group(processes.resolve(pid + "/cgroup"), isV2));
            Files.createDirectories(folder);
            var quota = new Quota(folder, home, isV2);
            quota.lift();
            quota.move(pid, folder);
            return Optional.of(quota);
        } catch (IOException | SecurityException _) {
            remove(folder);
            return Optional.empty();
        }
    }

    /// The group in which a process is, relative to the root.
    private static String group(Path file, boolean isV2) throws IOException {
        for (var line : Files.readAllLines(file)) {
            var parts = line.split(":", 3);
            if (isV2 ? parts[1].isEmpty() : parts[1].matches("(.*,)?cpu(,.*)?")) {
                return parts[2].substring(1);
            }
        }
        throw new NoSuchFileException(file + " names no group");
    }

    /// Lets it have this part of one processor.
    ///
    /// @param share 0.01 to 1
    void limit(double share) throws IOException {
        var period = Math.max(LEAST_MICROS, Math.round(LEAST_MICROS / share));
        var micros = Math.round(period * share);
        if (isV2) {
            write("cpu.max", micros + " " + period);
        } else {
            // A quota without end goes with any period.
            lift();
            write("cpu.cfs_period_us", Long.toString(period));
            write("cpu.cfs_quota_us", Long.toString(micros));
        }
    }

    /// Lets it have as much as it wants.
    void lift() throws IOException {
        if (isV2) {
            write("cpu.max", "max");
        } else {
            write("cpu.cfs_quota_us", "-1");
        }
    }

    private void write(String file, String text) throws IOException {
        // Never creates it: what is not there cannot be set.
        Files.writeString(folder.resolve(file), text, StandardOpenOption.WRITE);
    }

    private void move(long pid, Path to) throws IOException {
        Files.writeString(to.resolve("cgroup.procs"), Long.toString(pid), StandardOpenOption.WRITE);
    }

    /// Puts whatever is in the group back to where it came from, and removes the group.
    @Override
    public void close() {
        try {
            for (var pid : Files.readAllLines(folder.resolve("cgroup.procs"))) {
                move(Long.parseLong(pid), home);
            }
        } catch (IOException e) {
            System.err.println("left in " + folder + ": " + e);
        }
        remove(folder);
    }

    private static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.println("left behind: " + folder + " (" + e + ")");
        }
    }
}
