// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UfragTableTest {
    @ParameterizedTest
    @MethodSource("io.portunus.transport.testkit.Seeds#all")
    void agreesWithAMap(long seed) {
        var random = new SplittableRandom(seed);
        var capacity = 50;
        var table = new UfragTable<String>(capacity, random.nextInt());
        var model = new HashMap<String, String>();
        for (var i = 0; i < 1_000; i++) {
            var ufrag = "u" + random.nextInt(80);
            var owner = "owner " + random.nextInt(8);
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    var fits = !model.containsKey(ufrag) && model.size() < capacity;
                    assertThat(table.add(ufrag, owner)).isEqualTo(fits);
                    if (fits) {
                        model.put(ufrag, owner);
                    }
                }
                case 4, 5, 6 -> {
                    table.remove(ufrag);
                    model.remove(ufrag);
                }
                default -> {
                    table.removeAllOf(owner);
                    model.values().removeIf(owner::equals);
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        for (var i = 0; i < 80; i++) {
            assertThat(find(table, "u" + i)).isEqualTo(model.get("u" + i));
        }
    }

    @Test
    void knowsNoPartOfAUfragAndNoUfragThatIsTooLong() {
        var table = new UfragTable<String>(4, 1);
        table.add("abcd", "alice");

        assertThat(table.add("x".repeat(257), "bob")).isFalse();
        assertThat(table.add("", "bob")).isFalse();

        assertThat(find(table, "abc")).isNull();
        assertThat(find(table, "abcde")).isNull();
        assertThat(find(table, "")).isNull();
        assertThat(find(table, "x".repeat(257))).isNull();
        assertThat(find(table, "abcd")).isEqualTo("alice");
    }

    private static @Nullable String find(UfragTable<String> table, String ufrag) {
        var bytes = ("<" + ufrag + ">").getBytes(StandardCharsets.UTF_8);
        return table.find(MemorySegment.ofArray(bytes), 1, bytes.length - 2);
    }
}
