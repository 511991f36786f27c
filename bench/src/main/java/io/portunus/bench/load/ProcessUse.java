// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process has used so far, by `/proc`.
///
/// @param userNanos processor time outside the kernel
/// @param systemNanos processor time in the kernel
/// @param residentBytes memory that it occupies
record ProcessUse(long userNanos, long systemNanos, long residentBytes) {
    /// USER_HZ, which is 100 on every Linux that runs this.
    private static final long TICK_NANOS = 10_000_000L;

    /// Places in `/proc/PID/stat` behind the name, which may hold anything (proc(5)).
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;
    private static final int RESIDENT_PAGES = 21;
    private static final long PAGE_BYTES = 4_096;

    /// @throws IllegalArgumentException when there is no such process
    static ProcessUse of(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no process " + pid, e);
        }
    }

    static ProcessUse parse(String stat) {
        var words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcessUse(
                Long.parseLong(words[USER_TICKS]) * TICK_NANOS,
                Long.parseLong(words[SYSTEM_TICKS]) * TICK_NANOS,
                Long.parseLong(words[RESIDENT_PAGES]) * PAGE_BYTES);
    }

    /// Processor time in all.
    long nanos() {
        return userNanos + systemNanos;
    }

    /// What was used since `before`, and the memory that is used now.
    ProcessUse since(ProcessUse before) {
        return new ProcessUse(
                userNanos - before.userNanos, systemNanos - before.systemNanos, residentBytes);
    }
}
