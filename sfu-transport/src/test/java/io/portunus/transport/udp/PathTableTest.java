// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.transport.testkit.QuietSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PathTableTest {
    private static final int CAPACITY = 100;

    private final MediaSocket one = new QuietSocket(1);
    private final MediaSocket other = new QuietSocket(2);

    @ParameterizedTest
    @MethodSource("io.portunus.transport.testkit.Seeds#all")
    void agreesWithAMapAfterAnyPutsAndRemovals(long seed) {
        var random = new SplittableRandom(seed);
        var table = new PathTable<String>(CAPACITY, random.nextLong());
        Map<Path, String> model = new HashMap<>();
        for (var i = 0; i < 2_000; i++) {
            var path = anyPath(random);
            var owner = "owner " + random.nextInt(10);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> put(table, model, path, owner);
                case 5, 6, 7, 8 -> {
                    table.remove(path, owner);
                    model.remove(path, owner);
                }
                default -> {
                    table.removeAllOf(owner);
                    model.values().removeIf(owner::equals);
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        assertAgrees(table, model);
    }

    private void put(PathTable<String> table, Map<Path, String> model, Path path, String owner) {
        var fits = model.containsKey(path) || model.size() < CAPACITY;
        assertThat(table.put(path, owner)).isEqualTo(fits);
        if (fits) {
            model.put(path, owner);
        }
    }

    /// Few enough that the same ones come up again.
    private Path anyPath(SplittableRandom random) {
        var socket = random.nextBoolean() ? one : other;
        var high = random.nextBoolean() ? 0 : 0x2001_0db8L << 32;
        return new Path(socket, high, Path.IPV4_MAPPED | random.nextInt(8), random.nextInt(1, 9));
    }

    private void assertAgrees(PathTable<String> table, Map<Path, String> model) {
        for (var socket : new MediaSocket[] {one, other}) {
            var datagram = new Datagram(socket);
            for (var high : new long[] {0, 0x2001_0db8L << 32}) {
                for (var low = 0; low < 8; low++) {
                    for (var port = 1; port < 9; port++) {
                        datagram.from(high, Path.IPV4_MAPPED | low, port);
                        var expected = model.get(datagram.pathBack());
                        var place = table.find(datagram);
                        assertThat(place < 0 ? null : table.owner(place)).isEqualTo(expected);
                        assertThat(table.ownerOf(datagram.pathBack())).isEqualTo(expected);
                        if (place >= 0) {
                            assertThat(table.path(place)).isEqualTo(datagram.pathBack());
                        }
                    }
                }
            }
        }
    }

    @Test
    void takesAsManyAsItSaysAndStillGivesAKnownOneToAnother() {
        var table = new PathTable<String>(2, 7);
        table.put(new Path(one, 0, 1, 1), "alice");
        table.put(new Path(one, 0, 2, 1), "alice");

        assertThat(table.put(new Path(one, 0, 3, 1), "bob")).isFalse();
        assertThat(table.put(new Path(one, 0, 2, 1), "bob")).isTrue();

        assertThat(table.ownerOf(new Path(one, 0, 2, 1))).isEqualTo("bob");
        assertThat(table.ownerOf(new Path(one, 0, 3, 1))).isNull();
    }

    @Test
    void keepsWhatHasBecomeAnotherOwnersMeanwhile() {
        var table = new PathTable<String>(2, 7);
        var path = new Path(one, 0, 1, 1);
        table.put(path, "alice");
        table.put(path, "bob");

        table.remove(path, "alice");

        assertThat(table.ownerOf(path)).isEqualTo("bob");
    }

    @Test
    void spreadsTheNeighbouringPortsOfOneAddress() {
        var table = new PathTable<String>(4_096, 42);
        for (var port = 1; port <= 4_096; port++) {
            table.put(new Path(one, 0, Path.IPV4_MAPPED | 0x7F000001, port), "everybody");
        }

        assertThat(table.longestProbe()).as("slots looked at for one datagram").isLessThan(64);
    }
}
