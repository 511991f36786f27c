// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.testkit.Packet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionReaderTest {
    private final RtpPacket packet = new RtpPacket();
    private final ExtensionReader reader = new ExtensionReader();

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # RFC 8285 §4.2
                    BEDE, 10AA 21BBBB 00 00000000,             1:aa 2:bbbb
                    BEDE, 00 10AA 0000 30CC 00,                1:aa 3:cc
                    BEDE, EF 0102030405060708090A0B0C0D0E0F10 000000, 14:0102030405060708090a0b0c0d0e0f10
                    # An element of the reserved id, or padding with data, ends the block.
                    BEDE, 10AA F0BB 20CC 0000,                 1:aa
                    BEDE, 10AA 00 02 10BB 20CC,                1:aa
                    # What is cut short ends it too.
                    BEDE, 10AA 2FBBBB 000000,                  1:aa
                    BEDE, 00000010,                            ''
                    # RFC 8285 §4.3
                    1000, 01 01 AA 02 00 FF 02 BBBB 000000,    1:aa 2: 255:bbbb
                    100F, 10 01 AA 00,                         16:aa
                    1000, 00 01 01 AA 0F 01 BB 00,             1:aa 15:bb
                    1000, 01 01 AA 02,                         1:aa
                    1000, 01 01 AA 02 FF 000000,               1:aa
                    # Other profiles are not ours to read.
                    1010, 01 01 AA 00,                         ''
                    BEDF, 10AA 0000,                           ''
                    """)
    void walksTheElementsThatAreWhole(String profile, String elements, String expected) {
        wrap(profile, elements);

        assertThat(String.join(" ", walk())).isEqualTo(expected);
    }

    @Test
    void findsNothingWithoutExtensions() {
        var bytes = Packet.of("80 60 0001 00000002 00000003");
        packet.wrap(bytes.memory(), bytes.offset(), bytes.length());

        assertThat(walk()).isEmpty();
        assertThat(reader.find(packet, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEDE 10AA21BBBBEE00000000", "1000 01 01 AA 02 02 BBBB00"})
    void findsByIdentifierFromTheStartEachTime(String block) {
        wrap(block.substring(0, 4), block.substring(5).replace("EE", ""));

        assertThat(reader.find(packet, 2)).isTrue();
        assertThat(element()).isEqualTo("2:bbbb");
        assertThat(reader.find(packet, 1)).isTrue();
        assertThat(element()).isEqualTo("1:aa");
        assertThat(reader.find(packet, 3)).isFalse();
        assertThat(reader.find(packet, 0)).as("what was not negotiated").isFalse();
    }

    @Test
    void endsForGood() {
        wrap("BEDE", "10AA F0BB 20CC 0000");
        walk();

        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    private void wrap(String profile, String elements) {
        var block = new StringBuilder(elements.replace(" ", ""));
        while (block.length() % 8 != 0) {
            block.append("00");
        }
        var words = "%04x".formatted(block.length() / 8);
        var bytes = Packet.of("90 60 0001 00000002 00000003" + profile + words + block);
        assertThat(packet.wrap(bytes.memory(), bytes.offset(), bytes.length())).isTrue();
    }

    private List<String> walk() {
        var elements = new ArrayList<String>();
        reader.start(packet);
        while (reader.next()) {
            elements.add(element());
        }
        return elements;
    }

    private String element() {
        var view = new Packet(packet.memory(), reader.offset(), reader.length());
        return reader.id() + ":" + view.hex();
    }
}
