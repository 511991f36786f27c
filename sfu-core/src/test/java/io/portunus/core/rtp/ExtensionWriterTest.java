// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Packet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExtensionWriterTest {
    private static final int HEADER = RtpPacket.FIXED_HEADER_BYTES;

    private final byte[] bytes = new byte[4_096];
    private final MemorySegment memory = MemorySegment.ofArray(bytes);
    private final ExtensionWriter writer = new ExtensionWriter();

    @Test
    void writesTheOneByteForm() {
        writer.begin(memory, 0, false);
        add(1, "aa");
        add(14, "bbcc");

        assertThat(written(writer.finish())).isEqualTo("bede0002" + "10aa" + "e1bbcc" + "000000");
    }

    @Test
    void writesTheTwoByteForm() {
        writer.begin(memory, 0, true);
        add(1, "");
        add(200, "bbcc");

        assertThat(written(writer.finish())).isEqualTo("10000002" + "0100" + "c802bbcc" + "0000");
    }

    @Test
    void writesNothingWhereNothingWasAdded() {
        writer.begin(memory, 0, false);

        assertThat(writer.finish()).isZero();
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void padsOverWhatLayThereBefore() {
        memory.fill((byte) 0xFF);
        writer.begin(memory, 0, false);
        add(1, "aa");

        assertThat(written(writer.finish())).isEqualTo("bede0001" + "10aa0000");
        assertThat(bytes[8]).as("behind the block").isEqualTo((byte) 0xFF);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, false",
        "14, 16, false",
        "15, 1, true",
        "14, 17, true",
        "1, 0, true",
        "255, 255, true"
    })
    void saysWhatNeedsTheTwoByteForm(int id, int length, boolean needed) {
        assertThat(ExtensionWriter.needsTwoByte(id, length)).isEqualTo(needed);
    }

    @ParameterizedTest
    @MethodSource("io.portunus.core.testkit.Seeds#all")
    void whatIsWrittenIsRead(long seed) {
        var random = new SplittableRandom(seed);
        var twoByte = random.nextBoolean();
        memory.fill((byte) 0xFF);
        writer.begin(memory, HEADER, twoByte);
        var expected = new ArrayList<String>();
        for (var i = random.nextInt(1, 6); i > 0; i--) {
            var id = random.nextInt(1, twoByte ? 256 : 15);
            var data = new byte[twoByte ? random.nextInt(256) : random.nextInt(1, 17)];
            random.nextBytes(data);
            var hex = HexFormat.of().formatHex(data);
            add(id, hex);
            expected.add(id + ":" + hex);
        }

        var block = writer.finish();

        assertThat(block % 4).as("whole words").isZero();
        assertThat(read(block)).isEqualTo(expected);
    }

    private List<String> read(int block) {
        bytes[0] = (byte) 0x90;
        var packet = new RtpPacket();
        assertThat(packet.wrap(memory, 0, HEADER + block)).isTrue();
        assertThat(packet.payloadBytes()).isZero();
        var reader = new ExtensionReader();
        reader.start(packet);
        var elements = new ArrayList<String>();
        while (reader.next()) {
            var data = new Packet(memory, reader.offset(), reader.length());
            elements.add(reader.id() + ":" + data.hex());
        }
        return elements;
    }

    private void add(int id, String hex) {
        var data = HexFormat.of().parseHex(hex);
        writer.add(id, MemorySegment.ofArray(data), 0, data.length);
    }

    private String written(int length) {
        return new Packet(memory, 0, length).hex();
    }
}
