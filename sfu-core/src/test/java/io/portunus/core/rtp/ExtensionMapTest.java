// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionMapTest {
    private final ExtensionMap map =
            new ExtensionMap(Map.of(ExtensionKind.MID, 3, ExtensionKind.AUDIO_LEVEL, 255));

    @Test
    void translatesBothWays() {
        assertThat(map.idOf(ExtensionKind.AUDIO_LEVEL)).isEqualTo(255);
        assertThat(map.kindOrdinal(255)).isEqualTo(ExtensionKind.AUDIO_LEVEL.ordinal());
        assertThat(map.kindOrdinal(3)).isEqualTo(ExtensionKind.MID.ordinal());
    }

    @Test
    void knowsNothingOfWhatWasNotNegotiated() {
        assertThat(map.has(ExtensionKind.RID)).isFalse();
        assertThat(map.idOf(ExtensionKind.RID)).isZero();
        assertThat(map.kindOrdinal(4)).isEqualTo(-1);
        assertThat(ExtensionMap.NONE.asMap()).isEmpty();
    }

    @Test
    void isEqualToWhatMapsTheSame() {
        var same = new ExtensionMap(map.asMap());

        assertThat(same).isEqualTo(map).hasSameHashCodeAs(map);
        assertThat(map).isNotEqualTo(ExtensionMap.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 256})
    void refusesIdentifiersThatNoFormCarries(int id) {
        assertThatThrownBy(() -> new ExtensionMap(Map.of(ExtensionKind.MID, id)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(id));
    }
}
