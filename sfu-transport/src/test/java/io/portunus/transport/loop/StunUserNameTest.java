// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StunUserNameTest {
    private final StunUserName userName = new StunUserName();

    @ParameterizedTest
    @CsvSource({"ours:theirs, ours", "ours, ours", "ours:, ours", "abcdefgh:x:y, abcdefgh"})
    void findsOurHalfOfTheUserName(String name, String ufrag) {
        var message = Stun.request(name);

        assertThat(read(message)).isEqualTo(StunUserName.Reading.PRESENT);

        var found = new byte[userName.ufragBytes()];
        System.arraycopy(message, (int) userName.ufragOffset(), found, 0, found.length);
        assertThat(new String(found, StandardCharsets.UTF_8)).isEqualTo(ufrag);
    }

    @Test
    void saysWhenThereIsNone() {
        assertThat(read(Stun.request(""))).isEqualTo(StunUserName.Reading.ABSENT);
    }

    @Test
    void refusesAnAttributeThatReachesBehindTheEnd() {
        var message = Stun.request("ours:theirs");
        message[31] = 100;

        assertThat(read(message)).isEqualTo(StunUserName.Reading.MALFORMED);
    }

    @Test
    void refusesALengthThatIsNotTheDatagrams() {
        var message = Stun.request("ours:theirs");
        message[3] = (byte) (message[3] + 4);

        assertThat(read(message)).isEqualTo(StunUserName.Reading.MALFORMED);
    }

    @ParameterizedTest
    @MethodSource("io.portunus.transport.testkit.Seeds#all")
    void neverLooksBehindTheEndWhateverTheBytes(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 1_000; i++) {
            var message = Stun.request("ours:theirs");
            for (var flips = random.nextInt(1, 6); flips > 0; flips--) {
                message[random.nextInt(20, message.length)] = (byte) random.nextInt();
            }
            // A segment of exactly the message throws where anything behind it is read.
            if (read(message) == StunUserName.Reading.PRESENT) {
                var end = userName.ufragOffset() + userName.ufragBytes();
                assertThat(end).isLessThanOrEqualTo(message.length);
            }
        }
    }

    private StunUserName.Reading read(byte[] message) {
        return userName.read(MemorySegment.ofArray(message), 0, message.length);
    }
}
