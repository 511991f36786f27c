// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.bench.load.Workload.Scenario;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.StreamShape;
import io.portunus.deploy.Server;
import io.portunus.deploy.config.ConfigReader;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Short runs against the assembled SERVER.
class LoadRunTest {
    private static final StreamShape VIDEO = new StreamShape(MediaKind.VIDEO, 250, 1_200, 8);
    private static final StreamShape AUDIO = new StreamShape(MediaKind.AUDIO, 50, 160, 1);

    /// The machine may be busy with other tests, and that is not what is looked at.
    private static final long ANY_LAG_NANOS = 60_000_000_000L;

    private static final Server SERVER = start();

    private static Server start() {
        var environment = new HashMap<String, String>();
        environment.put("PORTUNUS_MEDIA_FIRST_UDP_PORT", "0");
        environment.put("PORTUNUS_MEDIA_LOOPS", "2");
        environment.put("PORTUNUS_SIGNALLING_ADDRESS", "127.0.0.1");
        environment.put("PORTUNUS_SIGNALLING_PORT", "0");
        environment.put("PORTUNUS_WEB_ADDRESS", "127.0.0.1");
        environment.put("PORTUNUS_WEB_PORT", "0");
        return Server.start(new ConfigReader().read(null, environment));
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static LoadResult run(Workload workload, Profiles profiles)
            throws InterruptedException {
        var target =
                new Target(
                        "here",
                        URI.create(SERVER.webSocketAddress()),
                        ProcessHandle.current().pid(),
                        URI.create(SERVER.pageAddress() + "metrics"),
                        profiles.order());
        return new LoadRun(workload, target, Progress.none(), ANY_LAG_NANOS).run();
    }

    private static Workload workload(
            Scenario scenario,
            int publishers,
            int subscribers,
            double loss,
            StreamShape... shapes) {
        return new Workload(
                "test", scenario, publishers, subscribers, List.of(shapes), 1, 2, 0, loss);
    }

    @Test
    void aBroadcastReachesEverybodyWhole() throws InterruptedException {
        var result = run(workload(Scenario.BROADCAST, 1, 3, 0, VIDEO, AUDIO), Profiles.BROWSER);

        assertThat(result.voidBecause()).isEmpty();
        assertThat(result.packetsIn()).as("packets published in 2 s").isBetween(550L, 650L);
        assertThat(result.packetsOut()).isEqualTo(3 * result.packetsIn());
        assertThat(result.deliveredRatio()).isEqualTo(1.0);
        assertThat(result.worstReceiverRatio()).isEqualTo(1.0);
        assertThat(result.checked()).as("payloads compared").isGreaterThan(20);
        assertThat(result.notAsSent()).as("payloads not as sent").isZero();
        assertThat(result.duplicates()).isZero();
        assertThat(result.delay().p50()).as("median delay in us").isBetween(1.0, 1e6);
        assertThat(result.cpuMicrosPerPacket()).isNotNull().isPositive();
        assertThat(result.keyFramesAsked()).as("key frames asked for").isPositive();
    }
}
