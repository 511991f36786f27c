// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArrivalLogTest {
    private static final long TICK = 250_000;
    private static final int MISSING = -1;

    private final ArrivalLog log = new ArrivalLog();
    private int base;

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @Test
    void tellsWhatArrivedWhenAndWhatDidNot() {
        log.onPacket(65_535, 0);
        log.onPacket(1, 10 * TICK);
        assertThat(report()).containsExactly(0, MISSING, 10);
        assertThat(base).isEqualTo(65_535);
        assertThat(log.isPending()).isFalse();

        log.onPacket(3, 500 * TICK);
        assertThat(report())
                .as("the loss between two reports is told")
                .containsExactly(MISSING, 500);
        assertThat(base).isEqualTo(2);
    }

    @Test
    void numbersThatLeapMakeNoMoreToTellThanIsRemembered() {
        for (var i = 0; i < 1_000; i++) {
            log.onPacket((i * 2_047) & 0xFFFF, i * TICK);
        }
        var told = 0;
        var reports = 0;
        for (; log.isPending(); reports++) {
            told += report().size();
        }
        assertThat(told).as("packets told of").isEqualTo(2_048);
        assertThat(reports).as("feedback packets").isLessThanOrEqualTo(2);
    }

    @Test
    void theWireFormatIsTheDrafts() {
        log.onPacket(258, 0);
        log.onPacket(260, TICK);
        var body = new byte[1_200];
        var bytes = log.writeBody(body);
        // Base 258, three packets, reference time 0, report 0; a vector of two-bit symbols
        // "small, none, small"; deltas 0 and 1.
        assertThat(Arrays.copyOf(body, bytes))
                .containsExactly(1, 2, 0, 3, 0, 0, 0, 0, 0xD1, 0x00, 0, 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsLostOrLateEveryArrivalIsToldOnceItIsKnown(long seed) {
        var random = new SplittableRandom(seed);
        var truth = new TreeMap<Integer, Integer>();
        var told = new TreeMap<Integer, Integer>();
        var first = random.nextInt(60_000);
        var ticks = 0L;
        log.onPacket(first, 0);
        truth.put(first, 0);
        for (var i = 0; i < 3_000; i++) {
            ticks += random.nextInt(20) == 0 ? random.nextInt(2_000) : random.nextInt(8);
            var number = first + i + random.nextInt(-3, 4);
            if (number >= first && random.nextInt(10) > 0 && !truth.containsKey(number)) {
                truth.put(number, (int) ticks);
                log.onPacket(number & 0xFFFF, ticks * TICK);
            }
            if (random.nextInt(100) == 0) {
                read(told, first);
            }
        }
        read(told, first);
        truth.forEach((number, arrival) ->
                assertThat(told.get(number)).as("packet %s arrived", number).isEqualTo(arrival));
        assertThat(told).hasSameSizeAs(truth);
    }

    private void read(Map<Integer, Integer> told, int first) {
        while (log.isPending()) {
            var ticks = report();
            var start = first + (short) (base - first);
            for (var i = 0; i < ticks.size(); i++) {
                if (ticks.get(i) != MISSING) {
                    told.put(start + i, ticks.get(i));
                }
            }
        }
    }

    /// For each packet told of, the ticks of its arrival since the first arrival of all.
    private List<Integer> report() {
        var body = new byte[1_200];
        var bytes = log.writeBody(body);
        assertThat(bytes % 4).isZero();
        base = unsigned(body, 0);
        var count = unsigned(body, 2);
        var ticks = (((body[4] & 0xFF) << 16) | unsigned(body, 5)) * 256;
        var symbols = new ArrayList<Integer>();
        var at = 8;
        for (; symbols.size() < count; at += 2) {
            var chunk = unsigned(body, at);
            if ((chunk & 0x8000) == 0) {
                for (var i = 0; i < (chunk & 0x1FFF); i++) {
                    symbols.add(chunk >> 13);
                }
            } else {
                for (var i = 6; i >= 0; i--) {
                    symbols.add((chunk >> (2 * i)) & 3);
                }
            }
        }
        var arrivals = new ArrayList<Integer>();
        for (var symbol : symbols.subList(0, count)) {
            switch (symbol) {
                case 1 -> ticks += body[at++] & 0xFF;
                case 2 -> {
                    ticks += (short) unsigned(body, at);
                    at += 2;
                }
                default -> {}
            }
            arrivals.add(symbol == 0 ? MISSING : ticks);
        }
        return arrivals;
    }

    private static int unsigned(byte[] bytes, int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }
}
