// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.FramePart;
import io.portunus.core.codec.Vp8Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PayloadTest {
    private static final int BYTES = 300;
    private final MemorySegment memory = MemorySegment.ofArray(new byte[2_048]);
    private final MemorySegment scratch = MemorySegment.ofArray(new byte[2_048]);

    private void write(MediaKind kind, boolean startsFrame, boolean isKey) {
        Payload.write(kind, memory, 20, BYTES, 7, 123_456_789L, 5_000, startsFrame, isKey);
    }

    @ParameterizedTest
    @EnumSource(MediaKind.class)
    void aPayloadSaysWhichPacketItIs(MediaKind kind) {
        write(kind, true, true);

        assertThat(Payload.stream(kind, memory, 20, BYTES)).isEqualTo(7);
        assertThat(Payload.packet(kind, memory, 20, BYTES)).isEqualTo(123_456_789L);
        assertThat(Payload.isAsSent(kind, memory, 20, BYTES, scratch)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(MediaKind.class)
    void anyChangedByteIsFound(MediaKind kind) {
        var random = new Random(1);
        var rewritable = kind == MediaKind.VIDEO ? 6 : 0;
        for (var at = rewritable; at < BYTES; at++) {
            write(kind, random.nextBoolean(), random.nextBoolean());
            var was = memory.get(ValueLayout.JAVA_BYTE, 20 + at);
            memory.set(ValueLayout.JAVA_BYTE, 20 + at, (byte) (was ^ 1 << random.nextInt(8)));

            var isFound =
                    Payload.stream(kind, memory, 20, BYTES) != 7
                            || Payload.packet(kind, memory, 20, BYTES) != 123_456_789L
                            || !Payload.isAsSent(kind, memory, 20, BYTES, scratch);

            assertThat(isFound).as("a change of byte %d is found", at).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void serversFindTheKeyFrame(boolean startsFrame, boolean isKey) {
        write(MediaKind.VIDEO, startsFrame, isKey);
        var part = new FramePart();

        assertThat(new Vp8Payload().read(memory, 20, BYTES, part)).isTrue();

        assertThat(part.startsKeyFrame).isEqualTo(startsFrame && isKey);
        assertThat(part.startsFrame).isEqualTo(startsFrame);
    }

    @ParameterizedTest
    @EnumSource(MediaKind.class)
    void aShortenedPayloadIsFound(MediaKind kind) {
        write(kind, true, false);

        for (var bytes = 0; bytes < BYTES; bytes++) {
            assertThat(Payload.isAsSent(kind, memory, 20, bytes, scratch))
                    .as("%d of %d bytes", bytes, BYTES)
                    .isFalse();
        }
    }
}
