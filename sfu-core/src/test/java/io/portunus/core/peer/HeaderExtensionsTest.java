// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.testkit.Bytes;
import io.portunus.core.testkit.Plans;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which header extensions of a publisher reach a subscriber, under which identifiers, in which
/// form.
class HeaderExtensionsTest {
    private static final int SSRC = 0x1000;
    private static final String LONG = "C00001" + "AB".repeat(17);

    private static final Map<String, ExtensionKind> NAMES =
            Map.of(
                    "mid", ExtensionKind.MID,
                    "rid", ExtensionKind.RID,
                    "repaired", ExtensionKind.REPAIRED_RID,
                    "transport", ExtensionKind.TRANSPORT_SEQUENCE,
                    "time", ExtensionKind.ABS_SEND_TIME,
                    "turn", ExtensionKind.VIDEO_ORIENTATION,
                    "delay", ExtensionKind.PLAYOUT_DELAY,
                    "frames", ExtensionKind.DEPENDENCY_DESCRIPTOR);

    private static final String PUBLISHED =
            "mid=4 rid=10 repaired=11 transport=5 time=2 turn=3 delay=6 frames=12";

    /// What the publisher sends, what the subscriber agreed to, and what it gets.
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # Copied under the subscriber's identifiers, which may be another's of the publisher.
                    BEDE0003 3001 62AABBCC C2C00001 0000,    mid=9 turn=6 delay=3 frames=14,  BEDE 90:30 60:01 32:AABBCC E2:C00001
                    # What it did not agree to stays away, and rids stay away even then.
                    BEDE0003 3001 62AABBCC A068 B068 0000,   mid=9 rid=10 repaired=11,        BEDE 90:30
                    BEDE0001 3001 0000,                      '',                              none
                    # Never the publisher's own of what concerns the path.
                    BEDE0003 4137 37 51FFFF 22EEEEEE 0000,     transport=7 time=8,              BEDE 82:020000 71:0000
                    # The two-byte form where an identifier or a length needs it.
                    BEDE0001 3001 0000,                      mid=9 turn=200,                  1000 0901:30 C801:01
                    BEDE0001 3001 0000,                      mid=15 turn=3,                   1000 0F01:30 0301:01
                    10000001 03000000,                       mid=9 turn=3,                    1000 0901:30 0300:
                    10000001 03010100,                       mid=9 turn=3,                    BEDE 90:30 30:01
                    LONG,                                    mid=9 frames=2,                  1000 0901:30 0214:LONG
                    LONG,                                    mid=9,                           BEDE 90:30
                    # A block that is neither form says nothing.
                    ABCD0001 3001 0000,                      mid=9 turn=3,                    BEDE 90:30
                    """)
    void reachASubscriberAsItAgreed(String sent, String agreed, String expected) {
        var call = new TwoPeers(line(true, PUBLISHED));
        call.subscriber.plan(Plans.of(line(false, agreed)), call.nowNanos);
        var block = sent.equals("LONG") ? "10000006 0C14" + LONG + "0000" : sent;
        call.receive(packet(block));
        assertThat(blockOf(Bytes.of(call.toSubscriber.rtp().getFirst())))
                .isEqualTo(expected.replace("LONG", LONG));
    }

    /// A delay of our own takes the place of the publisher's, or stands where that says nothing.
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    BEDE0003 3001 62AABBCC C2C00001 0000,    mid=9 delay=3,    5,  300,   BEDE 90:30 32:00512C
                    BEDE0001 3001 0000,                      mid=9 delay=3,    0,  4095,  BEDE 90:30 32:000FFF
                    BEDE0001 3001 0000,                      mid=9,            5,  300,   BEDE 90:30
                    BEDE0001 3001 0000,                      mid=9 delay=200,  1,  1,     1000 0901:30 C803:001001
                    """)
    void aPlayoutDelayIsTheSubscribersOwn(
            String sent, String agreed, int min, int max, String expected) {
        var call = new TwoPeers(line(true, PUBLISHED));
        var track = call.subscriber.outbound(0, MediaKind.VIDEO);
        track.playoutDelay(min << 12 | max);
        call.subscriber.plan(Plans.of(line(false, agreed)), call.nowNanos);
        call.receive(packet(sent));
        assertThat(blockOf(Bytes.of(call.toSubscriber.rtp().getFirst()))).isEqualTo(expected);
    }

    private static byte[] packet(String block) {
        var header =
                "90" + "%02X".formatted(Plans.payloadType(Codec.VP8)) + "000A 00000001 00001000";
        return HexFormat.of().parseHex((header + block + "9080800A10").replace(" ", ""));
    }

    /// The form, then each element as its header and its data, in hexadecimal.
    private static String blockOf(Bytes packet) {
        if ((packet.unsignedByte(0) & 0x10) == 0) {
            return "none";
        }
        var hex = HexFormat.of().withUpperCase();
        var bytes = packet.buffer().array();
        var twoByte = packet.unsignedShort(12) == 0x1000;
        var text = new StringBuilder(hex.formatHex(bytes, 12, 14));
        var end = 16 + 4 * packet.unsignedShort(14);
        for (var at = 16; at < end && packet.unsignedByte(at) != 0; ) {
            var header = twoByte ? 2 : 1;
            var length =
                    twoByte ? packet.unsignedByte(at + 1) : (packet.unsignedByte(at) & 0x0F) + 1;
            var data = at + header;
            text.append(' ').append(hex.formatHex(bytes, at, data));
            text.append(':').append(hex.formatHex(bytes, data, data + length));
            at = data + length;
        }
        return text.toString();
    }

    /// @param extensions names and identifiers
    private static MediaPlan.Line line(boolean receives, String extensions) {
        var ids = new EnumMap<ExtensionKind, Integer>(ExtensionKind.class);
        for (var entry : extensions.split(" ", -1)) {
            var at = entry.indexOf('=');
            if (at > 0) {
                var kind = NAMES.get(entry.substring(0, at));
                assertThat(kind).as(entry).isNotNull();
                ids.put(kind, Integer.valueOf(entry.substring(at + 1)));
            }
        }
        return new MediaPlan.Line(
                0,
                "0",
                receives,
                !receives,
                Codec.VP8,
                Plans.payloadType(Codec.VP8),
                Plans.rtxPayloadType(Codec.VP8),
                Set.of(),
                new ExtensionMap(ids),
                receives ? List.of(new MediaPlan.Encoding("", SSRC, SSRC + 1)) : List.of());
    }
}
