// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against files that look like those of the kernel.
class QuotaTest {
    private static final long PID = 42;

    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void theSecondVersionTakesQuotaAndPeriodTogether() throws IOException {
        file("cgroup/cgroup.controllers", "cpu memory");
        file("proc/42/cgroup", "0::/user.slice/session\n");
        var home = file("cgroup/user.slice/session/cgroup.procs", "");
        var max = file("cgroup/portunus-load-42/cpu.max", "");
        var members = file("cgroup/portunus-load-42/cgroup.procs", "");
        var quota = Quota.of(PID, folder.resolve("cgroup"), folder.resolve("proc")).orElseThrow();

        assertThat(max).hasContent("max");
        assertThat(members).hasContent("42");
        quota.limit(0.25);
        assertThat(max).hasContent("1000 4000");
        quota.limit(1);
        assertThat(max).hasContent("1000 1000");
        quota.lift();
        assertThat(Files.readString(max)).startsWith("max");
        quota.close();
        assertThat(home).as("where it came from").hasContent("42");
    }

    @Test
    void theFirstVersionTakesThemOneByOne() throws IOException {
        file("proc/42/cgroup", "5:cpuset:/\n4:cpu,cpuacct:/system\n");
        var home = file("cgroup/cpu/system/cgroup.procs", "");
        var micros = file("cgroup/cpu/portunus-load-42/cpu.cfs_quota_us", "");
        var period = file("cgroup/cpu/portunus-load-42/cpu.cfs_period_us", "");
        file("cgroup/cpu/portunus-load-42/cgroup.procs", "");
        var quota = Quota.of(PID, folder.resolve("cgroup"), folder.resolve("proc")).orElseThrow();

        assertThat(micros).hasContent("-1");
        quota.limit(0.1);
        assertThat(micros).hasContent("1000");
        assertThat(period).hasContent("10000");
        quota.close();
        assertThat(home).as("where it came from").hasContent("42");
    }

    @Test
    void whereNoGroupCanBeMadeThereIsNoQuota() throws IOException {
        file("cgroup/cgroup.controllers", "memory");
        file("proc/42/cgroup", "0::/\n");

        assertThat(Quota.of(PID, folder.resolve("cgroup"), folder.resolve("proc"))).isEmpty();
        assertThat(folder.resolve("cgroup/portunus-load-42")).as("left behind").doesNotExist();
    }
}
