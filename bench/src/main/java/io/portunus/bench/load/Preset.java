// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.Workload.Scenario;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.StreamShape;
import java.util.List;

/// Loads that have names, so that everybody means the same by them.
public enum Preset {
    /// One person's video to thirty: VP8, 250 packets a second of 1200 bytes, eight to a frame.
    V30(Scenario.BROADCAST, 1, 30, MediaKind.VIDEO, 250, 1_200, 8),

    /// One person's voice to sixty: Opus, 50 packets a second of 160 bytes.
    A60(Scenario.AUDIO, 1, 60, MediaKind.AUDIO, 50, 160, 1);

    private final Scenario scenario;
    private final int publishers;
    private final int subscribers;
    private final MediaKind kind;
    private final int rate;
    private final int size;
    private final int burst;

    Preset(
            Scenario scenario,
            int publishers,
            int subscribers,
            MediaKind kind,
            int rate,
            int size,
            int burst) {
        this.scenario = scenario;
        this.publishers = publishers;
        this.subscribers = subscribers;
        this.kind = kind;
        this.rate = rate;
        this.size = size;
        this.burst = burst;
    }

    Workload workload(int warmUpSeconds, int seconds, int ramp, double loss) {
        return new Workload(
                name(),
                scenario,
                publishers,
                subscribers,
                List.of(new StreamShape(kind, rate, size, burst)),
                warmUpSeconds,
                seconds,
                ramp,
                loss);
    }
}
