// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.transport.testkit.GarbageMeter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Packets of many subscribers, of which the tags may be computed together, are those that the JDK
/// makes one by one.
class SrtpBurstTest {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int SLOT_BYTES = 2_048;
    private static final int SUBSCRIBERS = 50;
    private static final int MOST = 300;
    private static final int ROUNDS = 60;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment egress = arena.allocate((long) MOST * SLOT_BYTES, 64);
    private final MemorySegment expected = arena.allocate((long) MOST * SLOT_BYTES, 64);
    private final MemorySegment plain = arena.allocate(SLOT_BYTES);
    private final int[] lengths = new int[MOST];
    private final long[] nextIndex = new long[SUBSCRIBERS];

    static List<Arguments> installed() {
        return NativeCiphersTest.installed();
    }

    @ParameterizedTest
    @MethodSource("installed")
    void burstsOfAnySizeAreTheSameBitForBit(String name, SrtpProfile profile) {
        var random = new SplittableRandom(profile.ordinal());
        var provider = SrtpCiphers.choose(name);
        var fast = new ArrayList<SrtpOutbound>();
        var slow = new ArrayList<SrtpOutbound>();
        for (var i = 0; i < SUBSCRIBERS; i++) {
            var keys = keys(profile, i);
            fast.add(SrtpOutbound.inBursts(keys, true, provider));
            slow.add(new SrtpOutbound(keys, true, new JdkCipherProvider()));
        }
        for (var round = 0; round < ROUNDS; round++) {
            var count = round < 40 ? round : random.nextInt(MOST);
            for (var i = 0; i < count; i++) {
                var subscriber = random.nextInt(SUBSCRIBERS);
                if (random.nextInt(10) == 0) {
                    rtcp(random, fast.get(subscriber), slow.get(subscriber), i);
                } else {
                    rtp(random, fast.get(subscriber), slow.get(subscriber), subscriber, i);
                }
            }
            provider.completeBurst();
            for (var i = 0; i < count; i++) {
                assertSame(i, count);
            }
        }
        fast.forEach(SrtpOutbound::close);
    }

    /// What lies behind the packet is the next one's and stays as it was.
    private void assertSame(int slot, int count) {
        var at = (long) slot * SLOT_BYTES;
        assertThat(egress.asSlice(at, SLOT_BYTES).mismatch(expected.asSlice(at, SLOT_BYTES)))
                .as(
                        "the first byte that differs, of packet %d of %d, with %d bytes",
                        slot, count, lengths[slot])
                .isEqualTo(-1);
    }

    private void rtp(
            SplittableRandom random, SrtpOutbound fast, SrtpOutbound slow, int who, int slot) {
        var header = 12 + 4 * random.nextInt(3) + (random.nextBoolean() ? 4 + 4 * 5 : 0);
        var payload =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(200);
                    default -> random.nextInt(1_900);
                };
        fill(random, plain, header + payload);
        var inPlace = random.nextBoolean();
        var at = prepare(random, slot, inPlace ? header + payload : header);
        var index = nextIndex[who]++;
        var input = inPlace ? egress : plain;
        var from = inPlace ? at + header : header;
        lengths[slot] = fast.protectRtp(egress, at, header, input, from, payload, index);
        assertThat(slow.protectRtp(expected, at, header, plain, header, payload, index))
                .isEqualTo(lengths[slot]);
    }

    private void rtcp(SplittableRandom random, SrtpOutbound fast, SrtpOutbound slow, int slot) {
        var bytes = 8 + 4 * random.nextInt(100);
        fill(random, plain, bytes);
        var at = prepare(random, slot, bytes);
        lengths[slot] = fast.protectRtcp(egress, at, bytes);
        assertThat(slow.protectRtcp(expected, at, bytes)).isEqualTo(lengths[slot]);
    }

    /// Writes `bytes` of what is in `plain` to both slots, and anything behind it.
    private long prepare(SplittableRandom random, int slot, int bytes) {
        var at = (long) slot * SLOT_BYTES;
        for (var i = 0; i < SLOT_BYTES; i += Long.BYTES) {
            egress.set(ValueLayout.JAVA_LONG, at + i, random.nextLong());
        }
        MemorySegment.copy(egress, at, expected, at, SLOT_BYTES);
        MemorySegment.copy(plain, 0, egress, at, bytes);
        MemorySegment.copy(plain, 0, expected, at, bytes);
        return at;
    }

    @ParameterizedTest
    @MethodSource("installed")
    void tagsWaitNoLongerThanThereIsRoomAndTheirCipherIsOpen(String name, SrtpProfile profile) {
        var provider = SrtpCiphers.choose(name);
        var outbound = SrtpOutbound.inBursts(keys(profile, 1), true, provider);
        for (var i = 0; i <= IpsecMbBurst.CAPACITY; i++) {
            lengths[i] = simple(outbound, egress, i, i, 100);
        }
        try (var inbound = new SrtpInbound(keys(profile, 1), false, new JdkCipherProvider())) {
            for (var i = 0; i < IpsecMbBurst.CAPACITY; i++) {
                assertThat(opens(inbound, i)).as("packet %d is whole", i).isTrue();
            }
            if (provider instanceof IpsecMbProvider && !profile.isAead()) {
                assertThat(opens(inbound, IpsecMbBurst.CAPACITY)).as("it waits").isFalse();
            }
            outbound.close();
            assertThat(opens(inbound, IpsecMbBurst.CAPACITY)).as("the last one").isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("installed")
    void packetsInAnotherMemoryAndWhatWasThereBeforeAreWhole(String name, SrtpProfile profile) {
        var provider = SrtpCiphers.choose(name);
        try (var outbound = SrtpOutbound.inBursts(keys(profile, 1), true, provider);
                var inbound = new SrtpInbound(keys(profile, 1), false, new JdkCipherProvider())) {
            lengths[0] = simple(outbound, egress, 0, 0, 1_000);
            try (var passing = Arena.ofConfined()) {
                simple(outbound, passing.allocate(SLOT_BYTES), 0, 1, 1_000);
            }
            assertThat(opens(inbound, 0)).isTrue();

            provider.completeBurst();

            lengths[2] = simple(outbound, egress, 2, 2, 1_000);
            provider.completeBurst();
            assertThat(opens(inbound, 2)).as("after memory that has gone").isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("installed")
    void aClosedCipherRefusesEverything(String name, SrtpProfile profile) {
        var provider = SrtpCiphers.choose(name);
        var one = new SrtpOutbound(keys(profile, 1), true, provider);
        var inBursts = SrtpOutbound.inBursts(keys(profile, 1), true, provider);
        var inbound = new SrtpInbound(keys(profile, 1), false, provider);
        lengths[0] = simple(one, egress, 0, 0, 100);
        one.close();
        one.close();
        inBursts.close();
        inbound.close();

        assertThatThrownBy(() -> simple(one, egress, 1, 1, 100))
                .as("sealing")
                .satisfies(SrtpBurstTest::isRefused);
        assertThatThrownBy(() -> one.protectRtcp(egress, SLOT_BYTES, 40))
                .satisfies(SrtpBurstTest::isRefused);
        assertThatThrownBy(() -> simple(inBursts, egress, 1, 1, 100))
                .satisfies(SrtpBurstTest::isRefused);
        assertThatThrownBy(() -> simple(inBursts, egress, 1, 1, 0))
                .satisfies(SrtpBurstTest::isRefused);
        assertThatThrownBy(() -> opens(inbound, 0))
                .as("opening")
                .satisfies(SrtpBurstTest::isRefused);
    }

    private static void isRefused(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the cipher is closed");
    }

    @ParameterizedTest
    @MethodSource("installed")
    void burstsLeaveNoGarbage(String name, SrtpProfile profile) {
        var provider = SrtpCiphers.choose(name);
        var outbounds = new SrtpOutbound[SUBSCRIBERS];
        for (var i = 0; i < SUBSCRIBERS; i++) {
            outbounds[i] = SrtpOutbound.inBursts(keys(profile, i), true, provider);
        }
        var meter = new GarbageMeter(2_000, 2_000);
        for (var index = 0L; meter.step(); index++) {
            for (var i = 0; i < SUBSCRIBERS; i++) {
                simple(outbounds[i], egress, i, index, 1_100);
            }
            provider.completeBurst();
        }
        assertThat(meter.leastBytes())
                .as("bytes of garbage of 2,000 bursts of 50 packets")
                .isLessThan(GarbageMeter.CLEAN_BYTES);
    }

    private int simple(
            SrtpOutbound outbound, MemorySegment memory, int slot, long index, int payload) {
        var at = (long) slot * SLOT_BYTES;
        memory.set(BYTE, at, (byte) 0x80);
        memory.set(BYTE, at + 1, (byte) 96);
        memory.set(SHORT, at + 2, (short) index);
        return outbound.protectRtp(memory, at, 12, plain, 12, payload, index);
    }

    private boolean opens(SrtpInbound inbound, int slot) {
        return inbound.unprotectRtp(egress, (long) slot * SLOT_BYTES, lengths[slot], expected, 0)
                >= 0;
    }

    private static SrtpKeyMaterial keys(SrtpProfile profile, int seed) {
        var exported = new byte[SrtpKeyMaterial.bytes(profile)];
        new SplittableRandom(seed).nextBytes(exported);
        return new SrtpKeyMaterial(profile, exported);
    }

    private static void fill(SplittableRandom random, MemorySegment memory, int bytes) {
        for (var i = 0; i < bytes; i++) {
            memory.set(BYTE, i, (byte) random.nextInt());
        }
    }
}
