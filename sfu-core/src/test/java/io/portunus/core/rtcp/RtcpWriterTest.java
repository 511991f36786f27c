// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Seeds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written, byte for byte as the RFCs lay it out, and read back.
class RtcpWriterTest {
    private static final int OFFSET = 5;
    private static final int CAPACITY = 1_200;
    private static final byte POISON = 0x5A;

    private final byte[] bytes = new byte[OFFSET + CAPACITY + OFFSET];
    private final MemorySegment memory = MemorySegment.ofArray(bytes);
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();

    static LongStream seeds() {
        return Seeds.all();
    }

    @BeforeEach
    void begin() {
        begin(CAPACITY);
    }

    private void begin(int capacity) {
        Arrays.fill(bytes, POISON);
        writer.begin(memory, OFFSET, capacity);
    }

    @Test
    void reportsTheClocksOfAStreamAndWhatWasReceived() {
        assertThat(writer.senderReport(0x01020304, 0xE0000001_80000000L, 0x12345678, 100, 5_000))
                .isTrue();
        assertThat(writer.reportBlock(0x0A0B0C0D, 64, -2, 0x1FFFF, 55, 0xAABBCCDD, 0x18000))
                .isTrue();
        assertWritten(
                "81C8000C 01020304 E0000001 80000000 12345678 00000064 00001388"
                        + "0A0B0C0D 40FFFFFE 0001FFFF 00000037 AABBCCDD 00018000");
    }

    @Test
    void aReportHoldsThirtyOneBlocks() {
        writer.receiverReport(1);
        for (var i = 0; i < 31; i++) {
            assertThat(writer.reportBlock(i, 0, 0, 0, 0, 0, 0)).isTrue();
        }
        assertThat(writer.reportBlock(31, 0, 0, 0, 0, 0, 0)).as("one more").isFalse();
        assertThat(writer.bytes()).isEqualTo(8 + 31 * 24);

        assertThat(writer.receiverReport(1)).isTrue();
        assertThat(writer.reportBlock(31, 0, 0, 0, 0, 0, 0)).as("in another report").isTrue();
        startReading();
        assertThat(reader.next() && reader.reportCount() == 31).isTrue();
        assertThat(reader.reportSsrc(30)).isEqualTo(30);
        assertThat(reader.next() && reader.reportCount() == 1).isTrue();
        assertThat(reader.reportSsrc(0)).isEqualTo(31);
    }

    @Test
    void aBlockBelongsToTheReportInFrontOfItOnly() {
        assertThat(writer.reportBlock(1, 0, 0, 0, 0, 0, 0)).as("of no report").isFalse();
        writer.receiverReport(1);
        writer.bye(1);
        assertThat(writer.reportBlock(1, 0, 0, 0, 0, 0, 0)).as("behind a BYE").isFalse();
        assertWritten("80C90001 00000001 81CB0001 00000001");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1, -1",
        "8388607, 8388607",
        "8388608, 8388607",
        "2147483647, 8388607",
        "-8388608, -8388608",
        "-8388609, -8388608"
    })
    void lossStaysAtTheEndsOfTwentyFourBits(int lost, int told) {
        writer.receiverReport(1);
        writer.reportBlock(2, 255, lost, 0, 0, 0, 0);
        startReading();
        assertThat(reader.next()).isTrue();
        assertThat(reader.cumulativeLost(0)).isEqualTo(told);
        assertThat(reader.fractionLost(0)).isEqualTo(255);
    }

    /// RFC 3550 §6.5: zeros end the chunk, one at least, up to a whole word.
    @ParameterizedTest
    @CsvSource({
        "'',    81CA0002 01020304 01000000",
        "a,     81CA0002 01020304 01016100",
        "ab,    81CA0003 01020304 01026162 00000000",
        "abc,   81CA0003 01020304 01036162 63000000",
        "abcd,  81CA0003 01020304 01046162 63640000",
        "abcde, 81CA0003 01020304 01056162 63646500"
    })
    void namesASource(String name, String expected) {
        assertThat(writer.cname(0x01020304, name.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertWritten(expected);
    }

    @Test
    void theLongestNameHas255Bytes() {
        assertThat(writer.cname(1, "n".repeat(255).getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(writer.bytes()).isEqualTo(8 + 260);
        assertThat(bytes[OFFSET + 9] & 0xFF).isEqualTo(255);
        assertThat(bytes[OFFSET + 10 + 255]).isZero();
        startReading();
        assertThat(reader.next() && reader.kind() == RtcpKind.SOURCE_DESCRIPTION).isTrue();
        assertThat(reader.next()).isFalse();
        assertThat(reader.isMalformed()).isFalse();
    }

    @Test
    void asksForKeyFramesAndSaysGoodbye() {
        writer.pictureLoss(0x01020304, 0x0A0B0C0D);
        writer.fullIntra(0x01020304, 0x0A0B0C0D, 255);
        writer.bye(0x01020304);
        assertWritten(
                "81CE0002 01020304 0A0B0C0D"
                        + "84CE0004 01020304 00000000 0A0B0C0D FF000000"
                        + "81CB0001 01020304");
    }

    @ParameterizedTest
    @CsvSource({
        "0,                   000000",
        "1,                   000001",
        "262143,              03FFFF",
        "262144,              060000",
        "262145,              060000",
        "1032380,             0BF02F",
        "9223372036854775807, B7FFFF"
    })
    void limitsABitrateAndNeverRoundsItUp(long bps, String word) {
        writer.remb(0x01020304, bps, 0x0A0B0C0D);
        assertWritten("8FCE0005 01020304 00000000 52454D42 01" + word + "0A0B0C0D");
        startReading();
        assertThat(reader.next()).isTrue();
        assertThat(reader.rembBps()).isBetween(bps - (bps >> 17), bps);
    }

    /// RFC 4585 §6.2.1: a first one and the sixteen that follow, and so on.
    @ParameterizedTest
    @CsvSource({
        "100,                     00640000",
        "100 101,                 00640001",
        "100 116,                 00648000",
        "100 117,                 00640000 00750000",
        "100 101 116 117 118,     00648001 00750001",
        "65535 0 15,              FFFF8001",
        "65530 10 11,             FFFA8000 000B0000",
        "0 65535,                 00000000 FFFF0000",
        "7 7,                     00070000 00070000"
    })
    void asksForWhatIsMissing(String numbers, String items) {
        writer.nack(0x01020304, 0x0A0B0C0D);
        for (var number : numbers.split(" ", -1)) {
            assertThat(writer.missing(Integer.parseInt(number))).isTrue();
        }
        var words = 2 + items.split(" ", -1).length;
        assertWritten("81CD%04X 01020304 0A0B0C0D".formatted(words) + items);
    }

    @Test
    void aMissingPacketBelongsToTheNackInFrontOfItOnly() {
        assertThat(writer.missing(1)).isFalse();
        writer.nack(1, 2);
        writer.pictureLoss(1, 2);
        assertThat(writer.missing(1)).isFalse();
        writer.nack(1, 2);
        assertThat(writer.missing(1)).isTrue();
        assertWritten(
                "81CD0002 00000001 00000002 81CE0002 00000001 00000002"
                        + "81CD0003 00000001 00000002 00010000");
    }

    @Test
    void aFullPacketStillTakesWhatFitsIntoTheLastMask() {
        begin(16);
        writer.nack(1, 2);
        assertThat(writer.missing(10)).isTrue();
        assertThat(writer.missing(26)).as("one of the next sixteen").isTrue();
        assertThat(writer.missing(27)).as("one that needs room").isFalse();
        assertWritten("81CD0003 00000001 00000002 000A8000");
    }

    @Test
    void leavesRoomForTheBodyOfTransportWideFeedback() {
        var at = writer.transportFeedback(0x01020304, 0x0A0B0C0D, 12);
        assertThat(at).isEqualTo(OFFSET + 12);
        assertThat(writer.bytes()).isEqualTo(24);
        startReading();
        assertThat(reader.next()).isTrue();
        assertThat(reader.bodyOffset()).isEqualTo(at);
        assertThat(reader.bodyBytes()).isEqualTo(12);
        begin(23);
        assertThat(writer.transportFeedback(1, 2, 12)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void whatDoesNotFitIsRefusedWholeWithNothingWritten(int which) {
        var name = "name".getBytes(StandardCharsets.UTF_8);
        List<BooleanSupplier> writes =
                List.of(
                        () -> writer.senderReport(1, 2, 3, 4, 5),
                        () -> writer.receiverReport(1),
                        () -> writer.cname(1, name),
                        () -> writer.bye(1),
                        () -> writer.pictureLoss(1, 2),
                        () -> writer.fullIntra(1, 2, 3),
                        () -> writer.remb(1, 2, 3),
                        () -> writer.nack(1, 2),
                        () -> writer.transportFeedback(1, 2, 8) >= 0);
        var write = writes.get(which);
        assertThat(write.getAsBoolean()).isTrue();
        var size = writer.bytes();
        for (var room = 0; room < size; room++) {
            begin(room);
            assertThat(write.getAsBoolean()).as("%s bytes in room for %s", size, room).isFalse();
            assertThat(writer.bytes()).isZero();
            for (var b : bytes) {
                assertThat(b).as("untouched").isEqualTo(POISON);
            }
        }
        begin(size);
        assertThat(write.getAsBoolean()).as("%s bytes in just enough room", size).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsWrittenIsReadBack(long seed) {
        var random = new SplittableRandom(seed);
        begin(random.nextInt(100, CAPACITY + 1));
        var expected = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            writeAny(random, expected);
        }
        startReading();
        var read = new ArrayList<String>();
        while (reader.next()) {
            read.add(describe());
        }
        assertThat(reader.isMalformed()).as("our own compound is refused").isFalse();
        assertThat(read).isEqualTo(expected);
    }

    private void writeAny(SplittableRandom random, List<String> expected) {
        var a = random.nextInt();
        var b = random.nextInt();
        switch (random.nextInt(6)) {
            case 0 -> {
                if (writer.receiverReport(a)) {
                    var blocks = 0;
                    for (var i = random.nextInt(33); i > 0; i--) {
                        blocks += writer.reportBlock(b + blocks, 1, 2, 3, 4, 5, 6) ? 1 : 0;
                    }
                    var last = blocks == 0 ? 0 : b + blocks - 1;
                    expected.add("RECEIVER_REPORT " + a + " " + blocks + " " + last);
                }
            }
            case 1 -> {
                if (writer.senderReport(a, 0x1_0000_0000L * b, b, 1, 2)) {
                    expected.add("SENDER_REPORT " + a + " " + b);
                }
            }
            case 2 -> {
                if (writer.nack(a, b)) {
                    expected.add("NACK " + b + " " + writeMissing(random));
                }
            }
            case 3 -> {
                if (writer.fullIntra(a, b, a & 0xFF)) {
                    expected.add("FULL_INTRA " + b + " " + (a & 0xFF));
                }
            }
            case 4 -> {
                if (writer.cname(a, new byte[random.nextInt(40)])) {
                    expected.add("SOURCE_DESCRIPTION " + a);
                }
            }
            default -> {
                if (writer.pictureLoss(a, b)) {
                    expected.add("PICTURE_LOSS " + b);
                }
            }
        }
    }

    private Set<Integer> writeMissing(SplittableRandom random) {
        var missing = new TreeSet<Integer>();
        var number = random.nextInt(0x1_0000);
        for (var i = random.nextInt(30); i > 0; i--) {
            number = (number + random.nextInt(1, 30)) & 0xFFFF;
            if (!writer.missing(number)) {
                break;
            }
            missing.add(number);
        }
        return missing;
    }

    private String describe() {
        return reader.kind()
                + switch (reader.kind()) {
                    case RECEIVER_REPORT -> {
                        var blocks = reader.reportCount();
                        var last = blocks == 0 ? 0 : reader.reportSsrc(blocks - 1);
                        yield " " + reader.senderSsrc() + " " + blocks + " " + last;
                    }
                    case SENDER_REPORT -> " " + reader.senderSsrc() + " " + reader.rtpTimestamp();
                    case NACK -> " " + reader.mediaSsrc() + " " + readMissing();
                    case FULL_INTRA -> " " + reader.firSsrc(0) + " " + reader.firSequence(0);
                    case PICTURE_LOSS -> " " + reader.mediaSsrc();
                    default -> " " + reader.senderSsrc();
                };
    }

    private Set<Integer> readMissing() {
        var missing = new TreeSet<Integer>();
        for (var i = 0; i < reader.nackCount(); i++) {
            missing.add(reader.nackFirst(i));
            for (var bit = 0; bit < 16; bit++) {
                if ((reader.nackMask(i) & (1 << bit)) != 0) {
                    missing.add((reader.nackFirst(i) + 1 + bit) & 0xFFFF);
                }
            }
        }
        return missing;
    }

    private void startReading() {
        reader.start(memory, OFFSET, writer.bytes());
    }

    private void assertWritten(String hex) {
        var written = memory.asSlice(OFFSET, writer.bytes()).toArray(ValueLayout.JAVA_BYTE);
        assertThat(HexFormat.of().withUpperCase().formatHex(written))
                .isEqualTo(hex.replace(" ", ""));
        assertThat(bytes[OFFSET - 1]).as("what lies in front").isEqualTo(POISON);
        assertThat(bytes[OFFSET + writer.bytes()]).as("what lies behind").isEqualTo(POISON);
    }
}
