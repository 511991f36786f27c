// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.client.StreamShape;
import java.util.List;

/// What is sent to whom, and for how long.
///
/// @param name for the reader
/// @param publishers each publishes all `shapes`: 1 to 1000
/// @param subscribers 1 to 10000. In a meeting they are the publishers, and nobody gets what is his
///   own; otherwise each gets everything
/// @param warmUpSeconds how long media flows before anything counts: 0 to 600
/// @param seconds how long the measurement takes: 1 to 86400
/// @param ramp how many participants join a second; 0 for as many as can
/// @param loss the part of the packets to subscribers that gets lost: 0 to 0.5
public record Workload(
        String name,
        Scenario scenario,
        int publishers,
        int subscribers,
        List<StreamShape> shapes,
        int warmUpSeconds,
        int seconds,
        int ramp,
        double loss) {
    private static final String SENDERS_AND_RECEIVERS = " \\d+ -> \\d+$";
    private static final int MAX_PUBLISHERS = 1_000;
    private static final int MAX_SUBSCRIBERS = 10_000;
    private static final int MAX_WARM_UP = 600;
    private static final int MAX_SECONDS = 86_400;
    private static final int MAX_RAMP = 10_000;
    private static final double MAX_LOSS = 0.5;

    /// Who sends and who receives.
    public enum Scenario {
        /// One to all.
        BROADCAST,
        /// All to all.
        MEETING,
        /// A few talkers to all.
        AUDIO
    }

    public Workload {
        shapes = List.copyOf(shapes);
        check("talkers or participants", publishers, 1, MAX_PUBLISHERS);
        check("receivers", subscribers, 1, MAX_SUBSCRIBERS);
        check("warm-up", warmUpSeconds, 0, MAX_WARM_UP);
        check("duration", seconds, 1, MAX_SECONDS);
        check("ramp", ramp, 0, MAX_RAMP);
        if (scenario == Scenario.MEETING && (publishers != subscribers || publishers < 2)) {
            throw new IllegalArgumentException("a meeting takes two who send and receive alike");
        }
        if (!(loss >= 0 && loss <= MAX_LOSS)) {
            throw new IllegalArgumentException("the loss must be 0 to 0.5, not " + loss);
        }
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "the " + what + " must be " + least + " to " + most + ", not " + value);
        }
    }

    /// The same with another number of receivers.
    Workload withSubscribers(int number) {
        var senders = scenario == Scenario.MEETING ? number : publishers;
        return new Workload(
                name.replaceFirst(SENDERS_AND_RECEIVERS, "") + " " + senders + " -> " + number,
                scenario,
                senders,
                number,
                shapes,
                warmUpSeconds,
                seconds,
                ramp,
                loss);
    }

    /// How many streams of each publisher reach how many receivers.
    int copies() {
        return scenario == Scenario.MEETING ? subscribers - 1 : subscribers;
    }
}
