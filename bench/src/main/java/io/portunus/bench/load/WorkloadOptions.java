// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.Workload.Scenario;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.StreamShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The part of the command line that says what is sent to whom.
final class WorkloadOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "SCENARIO",
            description =
                    "broadcast (1 to N), meeting (N to N), audio (some talkers to N), or a preset:"
                            + " V30, A60. Default: broadcast; with --versus both presets.")
    private @Nullable String scenario;

    @Option(names = "--receivers", paramLabel = "N", description = "Who receives (default 10).")
    private int receivers = 10;

    @Option(names = "--talkers", paramLabel = "K", description = "Who talks (audio; default 3).")
    private int talkers = 3;

    @Option(
            names = "--media",
            description =
                    "audio, video or both. Default: video, but both in a meeting and audio in"
                            + " audio.")
    private @Nullable String media;

    @Option(names = "--rate", description = "Video packets a second (default 250).")
    private int rate = 250;

    @Option(names = "--size", description = "Bytes of a video packet (default 1200).")
    private int size = 1_200;

    @Option(names = "--burst", description = "Video packets sent at once, a frame (default 8).")
    private int burst = 8;

    @Option(names = "--audio-rate", description = "Audio packets a second (default 50).")
    private int audioRate = 50;

    @Option(names = "--audio-size", description = "Bytes of an audio packet (default 160).")
    private int audioSize = 160;

    @Option(names = "--seconds", description = "How long to measure (default 10).")
    private int seconds = 10;

    @Option(names = "--warm-up", description = "Seconds of media before that (default 5).")
    private int warmUp = 5;

    @Option(
            names = "--ramp",
            description = "How many join a second; 0, the default, for as many as can.")
    private int ramp;

    @Option(
            names = "--loss",
            description = "The part of the packets to receivers that gets lost, 0 to 0.5.")
    private double loss;

    /// What is to be run; with nothing named, what is `otherwise`.
    List<Workload> workloads(List<Preset> otherwise) {
        if (scenario == null && !otherwise.isEmpty()) {
            return otherwise.stream().map(this::preset).toList();
        }
        var name = scenario == null ? "broadcast" : scenario;
        for (var preset : Preset.values()) {
            if (preset.name().equalsIgnoreCase(name)) {
                return List.of(preset(preset));
            }
        }
        for (var known : Scenario.values()) {
            if (known.name().equalsIgnoreCase(name)) {
                return List.of(workload(known));
            }
        }
        throw new IllegalArgumentException("there is no scenario " + name);
    }

    private Workload preset(Preset preset) {
        return preset.workload(warmUp, seconds, ramp, loss);
    }

    private Workload workload(Scenario known) {
        var publishers =
                switch (known) {
                    case BROADCAST -> 1;
                    case MEETING -> receivers;
                    case AUDIO -> talkers;
                };
        return new Workload(
                known.name().toLowerCase(Locale.ROOT) + " " + publishers + " -> " + receivers,
                known,
                publishers,
                receivers,
                shapes(known),
                warmUp,
                seconds,
                ramp,
                loss);
    }

    private List<StreamShape> shapes(Scenario known) {
        var wanted =
                media != null
                        ? media
                        : switch (known) {
                            case BROADCAST -> "video";
                            case MEETING -> "both";
                            case AUDIO -> "audio";
                        };
        var shapes = new ArrayList<StreamShape>();
        if (wanted.equals("audio") || wanted.equals("both")) {
            shapes.add(new StreamShape(MediaKind.AUDIO, audioRate, audioSize, 1));
        }
        if (wanted.equals("video") || wanted.equals("both")) {
            shapes.add(new StreamShape(MediaKind.VIDEO, rate, size, burst));
        }
        if (shapes.isEmpty()) {
            throw new IllegalArgumentException("--media is audio, video or both, not " + wanted);
        }
        return shapes;
    }
}
