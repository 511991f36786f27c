// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portunus.bench.FanOut;
import io.portunus.transport.srtp.SrtpCiphers;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// That both sides do the same work.
class ReferenceTest {
    private static final int BURST = 8;
    private static final int HEADER_BYTES = 24;
    private static final int FIXED_HEADER_BYTES = 12;

    private static Reference reference;

    @BeforeAll
    static void compiles() throws InterruptedException {
        try {
            reference = Reference.compile();
        } catch (UnsupportedOperationException e) {
            assumeTrue(!String.valueOf(e.getMessage()).startsWith("there is no C compiler"));
            throw e;
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void bothEncryptToTheSameBytes(Library library) {
        assumeTrue(library.isUsable(reference), "the library is not here");
        var work = new Protection(reference, library, FanOut.OPUS_BYTES);

        for (var i = 0; i < 3; i++) {
            assertThat(work.protectInC(1)).isEqualTo(FanOut.OPUS_BYTES + 16);
            var byC = work.packet().toArray(ValueLayout.JAVA_BYTE);
            work.packet().fill((byte) 0);
            assertThat(work.protectInJava()).isEqualTo(FanOut.OPUS_BYTES + 16);
            assertThat(work.packet().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(byC);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothSendEverySubscriberTheSamePayloadsUnderItsOwnKey(boolean runs) {
        var library = Library.LIBCRYPTO;
        assumeTrue(library.isUsable(reference), "the library is not here");
        try (var work = new Forwarding(reference, library, BURST, runs)) {
            work.burstInJava();
            var byJava = read(work);
            work.burstInC();
            var byC = read(work);

            assertThat(byC).hasSize(Forwarding.SUBSCRIBERS).isEqualTo(byJava);
            assertThat(byC.get(0)).hasSize(BURST).doesNotHaveDuplicates();
        }
    }

    /// What each subscriber decrypts, but for the numbers that are random.
    private static Map<Integer, List<String>> read(Forwarding work) {
        var read = new HashMap<Integer, List<String>>();
        var inbound = new HashMap<Integer, SrtpInbound>();
        var ciphers = SrtpCiphers.choose("jdk");
        var cipher = Arena.ofAuto().allocate(2_048);
        var plain = Arena.ofAuto().allocate(2_048);
        work.receivers()
                .drain((receiver, datagram) -> {
                    var bytes = datagram.remaining();
                    MemorySegment.copy(MemorySegment.ofBuffer(datagram), 0, cipher, 0, bytes);
                    var length =
                            inbound.computeIfAbsent(
                                            receiver,
                                            i ->
                                                    new SrtpInbound(
                                                            Forwarding.key(i).material(),
                                                            false,
                                                            ciphers))
                                    .unprotectRtp(cipher, 0, bytes, plain, 0);
                    read.computeIfAbsent(receiver, _ -> new ArrayList<>())
                            .add(content(plain, bytes, length));
                });
        return read;
    }

    private static String content(MemorySegment plain, int bytes, int length) {
        assertThat(length).isEqualTo(bytes - SrtpProfile.AEAD_AES_128_GCM.tagBytes());
        var text = new StringBuilder();
        for (var i = 0; i < length; i++) {
            var number = i >= 2 && i < FIXED_HEADER_BYTES;
            text.append(number ? "" : plain.get(ValueLayout.JAVA_BYTE, i)).append(' ');
        }
        assertThat(length).isEqualTo(FanOut.VP8_BYTES + HEADER_BYTES - FIXED_HEADER_BYTES);
        return text.toString();
    }

    @Test
    void theMedianIsOfRoundsInAnyOrder() {
        assertThat(Contest.median(new double[] {9, 1, 5})).isEqualTo(5);
    }
}
