// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.bench.load.Workload.Scenario;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.StreamShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LoadCommandTest {
    private static final int BAD_ARGUMENTS = 2;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conference",
                "--no-such-option",
                "broadcast --receivers 0",
                "broadcast --receivers 10001",
                "broadcast --rate 0",
                "broadcast --size 40",
                "broadcast --size 1500",
                "broadcast --burst 65",
                "broadcast --media smell",
                "broadcast --quota 25",
                "broadcast --find --quota 0",
                "broadcast --find --quota 101",
                "broadcast --find --quota 20 --url ws://localhost:8188/",
                "broadcast --seconds 0",
                "broadcast --warm-up -1",
                "broadcast --loss 0.6",
                "broadcast --loss NaN",
                "broadcast --ramp -1",
                "broadcast --max-lag 0",
                "broadcast --profile ROT13",
                "broadcast --pid 1",
                "broadcast --url http://localhost:8188/",
                "broadcast --url ws://localhost:8188/ --pid 999999999",
                "meeting --receivers 1",
                "audio --talkers 0",
                "--versus asterisk",
                "--versus janus --find",
                "--versus janus --rounds 0",
                "--versus janus --url ws://localhost:8188/",
            })
    void badArgumentsAreRefusedBeforeAnythingStarts(String arguments) {
        assertThat(LoadCommand.execute(arguments.split(" ", -1))).isEqualTo(BAD_ARGUMENTS);
    }

    @ParameterizedTest
    @CsvSource({
        "'broadcast --receivers 5', BROADCAST, 1, 5, VIDEO",
        "'audio --talkers 2 --receivers 9', AUDIO, 2, 9, AUDIO",
        "'meeting --receivers 4', MEETING, 4, 4, AUDIO",
        "V30, BROADCAST, 1, 30, VIDEO",
        "a60, AUDIO, 1, 60, AUDIO"
    })
    void argumentsSayWhatIsSentToWhom(
            String arguments, Scenario scenario, int publishers, int receivers, MediaKind first) {
        var load = workload(arguments);

        assertThat(load.scenario()).isEqualTo(scenario);
        assertThat(load.publishers()).isEqualTo(publishers);
        assertThat(load.subscribers()).isEqualTo(receivers);
        assertThat(load.shapes().getFirst().kind()).isEqualTo(first);
    }

    private static Workload workload(String arguments) {
        var options = new WorkloadOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("load", spec(options)))
                .parseArgs(arguments.split(" ", -1));
        return options.workloads(List.of()).getFirst();
    }

    private static CommandLine.Model.CommandSpec spec(WorkloadOptions options) {
        return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
    }

    @Test
    void thePresetsAreWhatTheirNamesMean() {
        var shape = workload("V30").shapes().getFirst();

        assertThat(shape).isEqualTo(new StreamShape(MediaKind.VIDEO, 250, 1_200, 8));
        assertThat(workload("A60").shapes())
                .containsExactly(new StreamShape(MediaKind.AUDIO, 50, 160, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10001, 20",
        "40, 80, 60",
        "60, 62, 60",
        "0, 1, 0",
        "0, 8, 4",
        "8000, 10001, 10000"
    })
    void theSearchDoublesAndThenHalves(int good, int bad, int next) {
        assertThat(Search.next(good, bad)).isEqualTo(next);
    }

    @Test
    void aProcessIsReadWhateverItIsCalled() {
        var use =
                ProcessUse.parse(
                        "42 (a ) b (c) S 1 42 42 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 31 0 1000"
                                + " 99999 2560 18446744073709551615 1 1 0 0");

        assertThat(use).isEqualTo(new ProcessUse(1_500_000_000L, 500_000_000L, 10 << 20));
        assertThatThrownBy(() -> ProcessUse.of(999_999_999L))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countersOfAllLoopsAreAddedUp() {
        var text =
                """
                # TYPE portunus_packets counter
                portunus_packets_total{fate="datagram_sent",loop="0"} 100.0
                portunus_packets_total{fate="sent",loop="0"} 7.0
                portunus_packets_total{fate="datagram_sent",loop="1"} 20.0
                """;
        var before = ServerMetrics.parse(text);
        var after =
                ServerMetrics.parse(
                        text
                                + "portunus_sends_total{loop=\"0\",what=\"calls\"} 10.0\n"
                                + "portunus_sends_total{loop=\"0\",what=\"runs\"} 9.0\n"
                                + "portunus_sends_total{loop=\"1\",what=\"calls\"} 2.0\n");

        assertThat(before.datagrams()).isEqualTo(120);
        assertThat(before.sendCalls()).as("where it does not say").isNaN();
        assertThat(after.packetsPerCall(new ServerMetrics(0, 0, DelayBuckets.NONE))).isEqualTo(10);
    }
}
