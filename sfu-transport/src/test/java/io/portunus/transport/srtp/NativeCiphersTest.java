// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.transport.testkit.GarbageMeter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Native ciphers do what the JDK's do, bit for bit. `./portunus test` installs the library where
/// the system's packages have it.
class NativeCiphersTest {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int ROOM = 2_048 + 64;
    private static final int ROUNDS = 4_000;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment source = arena.allocate(ROOM);
    private final MemorySegment one = arena.allocate(ROOM);
    private final MemorySegment two = arena.allocate(ROOM);
    private final MemorySegment target = arena.allocate(ROOM);

    /// Each provider that is installed, with each profile.
    static List<Arguments> installed() {
        var all = new ArrayList<Arguments>();
        for (var profile : SrtpProfile.values()) {
            if (isInstalled(IpsecMb.whyNot())) {
                all.add(Arguments.of("ipsec-mb", profile));
            }
            if (isInstalled(Libcrypto.whyNot())) {
                all.add(Arguments.of("libcrypto", profile));
            }
        }
        assertThat(all).as("native ciphers on a machine of the project's").isNotEmpty();
        return all;
    }

    private static boolean isInstalled(@Nullable String whyNot) {
        return whyNot == null
                || !(whyNot.endsWith("is not installed") || whyNot.startsWith("it is for"));
    }

    @ParameterizedTest
    @MethodSource("installed")
    void whatIsInstalledIsUsed(String name) {
        assertThat(SrtpCiphers.choose(name).name()).isEqualTo(name);
        assertThat(SrtpCiphers.choose(SrtpCiphers.BEST).name()).isIn("ipsec-mb", "libcrypto");
        assertThat(SrtpCiphers.choose("jdk").name()).as("forced").isEqualTo("jdk");
    }

    @ParameterizedTest
    @MethodSource("installed")
    void nothingIsLeftToTheJdk(String name, SrtpProfile profile) {
        var provider = SrtpCiphers.choose(name);
        var keys =
                SrtpKeyDerivation.sessionKeys(
                        profile,
                        false,
                        new byte[profile.keyBytes()],
                        new byte[profile.saltBytes()]);
        try (var cipher = provider.cipher(keys)) {
            assertThat(provider.shortfall()).isEmpty();
            assertThat(cipher.getClass().getSimpleName())
                    .startsWith(name.equals("ipsec-mb") ? "IpsecMb" : "Libcrypto");
        }
    }

    @ParameterizedTest
    @MethodSource("installed")
    void aLibraryWithoutWhatOneProfileNeedsLeavesThatToAnother(String name, SrtpProfile profile) {
        var jdk = new JdkCipherProvider();
        var why = "it lacks a function: example";
        var provider =
                name.equals("ipsec-mb")
                        ? new IpsecMbProvider(jdk, why)
                        : new LibcryptoProvider(jdk, why);
        assertThat(provider.shortfall()).contains(why);
        assertThat(SrtpSelfTest.passes(provider)).isTrue();
        var keys =
                SrtpKeyDerivation.sessionKeys(
                        profile,
                        false,
                        new byte[profile.keyBytes()],
                        new byte[profile.saltBytes()]);
        try (var cipher = provider.cipher(keys)) {
            assertThat(cipher instanceof JdkCounterModeCipher).isEqualTo(!profile.isAead());
        }
    }

    @Test
    void onlyVersionsWithAKnownLayoutComputeTagsTogether() {
        SymbolLookup everything = _ -> Optional.of(MemorySegment.ofAddress(1));
        SymbolLookup nothing = _ -> Optional.empty();
        assertThat(IpsecMbManager.whyNot(0x1_03_00, everything)).isNull();
        assertThat(IpsecMbManager.whyNot(0x1_05_00, everything)).isNull();
        assertThat(IpsecMbManager.whyNot(0x2_00_02, everything)).isNull();
        assertThat(IpsecMbManager.whyNot(0x1_02_01, everything)).contains("not known");
        assertThat(IpsecMbManager.whyNot(0x1_06_00, everything)).contains("not known");
        assertThat(IpsecMbManager.whyNot(0x2_01_00, everything)).contains("not known");
        assertThat(IpsecMbManager.whyNot(0x1_03_00, nothing)).contains("lacks a function");
    }

    @Test
    void aLibraryThatLacksAFunctionSaysWhichBeforeItIsUsed() {
        var all = new ArrayList<String>();
        SymbolLookup everything =
                name -> {
                    all.add(name);
                    return Optional.of(MemorySegment.ofAddress(1));
                };
        assertThat(IpsecMb.missing("sse", everything)).isNull();
        assertThat(all).hasSize(6).allMatch(name -> name.endsWith("_sse"));
        for (var lacking : all) {
            SymbolLookup rest =
                    name ->
                            name.equals(lacking)
                                    ? Optional.empty()
                                    : Optional.of(MemorySegment.ofAddress(1));
            assertThat(IpsecMb.missing("sse", rest)).contains("lacks a function", lacking);
        }
    }

    @Test
    void whatIsUnknownIsRefusedByName() {
        assertThatThrownBy(() -> SrtpCiphers.choose("rot13"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rot13");
    }

    @ParameterizedTest
    @MethodSource("installed")
    void packetsAreTheSameBitForBitAndEachOpensTheOthers(String name, SrtpProfile profile) {
        var random = new SplittableRandom(profile.ordinal() + 1);
        var exported = new byte[SrtpKeyMaterial.bytes(profile)];
        random.nextBytes(exported);
        var keys = new SrtpKeyMaterial(profile, exported);
        var jdk = new JdkCipherProvider();
        var fast = SrtpCiphers.choose(name);
        try (var slowOut = new SrtpOutbound(keys, true, jdk);
                var fastOut = new SrtpOutbound(keys, true, fast);
                var slowIn = new SrtpInbound(keys, false, jdk);
                var fastIn = new SrtpInbound(keys, false, fast)) {
            for (var i = 0; i < ROUNDS; i++) {
                rtp(random, slowOut, fastOut, slowIn, fastIn, i);
                rtcp(random, slowOut, fastOut, slowIn, fastIn);
            }
        }
    }

    private void rtp(
            SplittableRandom random,
            SrtpOutbound slowOut,
            SrtpOutbound fastOut,
            SrtpInbound slowIn,
            SrtpInbound fastIn,
            int number) {
        var payload = random.nextInt(8) == 0 ? random.nextInt(3) : random.nextInt(1_500);
        var sources = random.nextInt(3);
        var words = random.nextBoolean() ? random.nextInt(8) : -1;
        var header = 12 + 4 * sources + (words < 0 ? 0 : 4 + 4 * words);
        fill(random, source, header + payload);
        header(source, number);
        source.set(BYTE, 0, (byte) (0x80 | sources | (words < 0 ? 0 : 0x10)));
        if (words >= 0) {
            source.set(BYTE, 12 + 4 * sources + 2, (byte) 0);
            source.set(BYTE, 12 + 4 * sources + 3, (byte) words);
        }
        var from = header + random.nextInt(16);
        MemorySegment.copy(source, header, source, from, payload);
        MemorySegment.copy(source, 0, one, 0, header);
        MemorySegment.copy(source, 0, two, 0, header);
        var length = slowOut.protectRtp(one, 0, header, source, from, payload, number);

        assertThat(fastOut.protectRtp(two, 0, header, source, from, payload, number))
                .isEqualTo(length);
        assertThat(two.asSlice(0, length).mismatch(one.asSlice(0, length)))
                .as("the first byte that differs, of packet %d with %d bytes", number, payload)
                .isEqualTo(-1);
        refusesWhatIsChanged(random, fastIn, length, true);
        assertThat(fastIn.unprotectRtp(one, 0, length, target, 0)).isEqualTo(header + payload);
        assertThat(target.asSlice(0, header).mismatch(one.asSlice(0, header))).isEqualTo(-1);
        assertThat(target.asSlice(header, payload).mismatch(source.asSlice(from, payload)))
                .isEqualTo(-1);
        assertThat(slowIn.unprotectRtp(two, 0, length, target, 0)).isEqualTo(header + payload);
    }

    private void rtcp(
            SplittableRandom random,
            SrtpOutbound slowOut,
            SrtpOutbound fastOut,
            SrtpInbound slowIn,
            SrtpInbound fastIn) {
        var bytes = 8 + 4 * random.nextInt(100);
        fill(random, one, bytes);
        one.set(BYTE, 0, (byte) 0x80);
        one.set(BYTE, 1, (byte) 200);
        for (var i = 4; i < 8; i++) {
            one.set(BYTE, i, (byte) 7);
        }
        MemorySegment.copy(one, 0, two, 0, bytes);
        MemorySegment.copy(one, 0, source, 0, bytes);
        var length = slowOut.protectRtcp(one, 0, bytes);

        assertThat(fastOut.protectRtcp(two, 0, bytes)).isEqualTo(length);
        assertThat(two.asSlice(0, length).mismatch(one.asSlice(0, length))).isEqualTo(-1);
        refusesWhatIsChanged(random, fastIn, length, false);
        assertThat(fastIn.unprotectRtcp(one, 0, length, target, 0)).isEqualTo(bytes);
        assertThat(target.asSlice(0, bytes).mismatch(source.asSlice(0, bytes))).isEqualTo(-1);
        assertThat(slowIn.unprotectRtcp(two, 0, length, target, 0)).isEqualTo(bytes);
    }

    /// Of the packet in `one` a bit is changed, and changed back.
    private void refusesWhatIsChanged(
            SplittableRandom random, SrtpInbound inbound, int length, boolean rtp) {
        var at = rtp ? 12 + random.nextInt(length - 12) : 8 + random.nextInt(length - 8);
        var bit = (byte) (1 << random.nextInt(8));
        one.set(BYTE, at, (byte) (one.get(BYTE, at) ^ bit));
        target.fill((byte) 0x55);
        var opened =
                rtp
                        ? inbound.unprotectRtp(one, 0, length, target, 0)
                        : inbound.unprotectRtcp(one, 0, length, target, 0);
        assertThat(opened).as("a packet of which one bit is changed").isEqualTo(-1);
        for (var i = 0; i < length; i += 7) {
            assertThat(target.get(BYTE, i)).as("what was written of it").isEqualTo((byte) 0x55);
        }
        one.set(BYTE, at, (byte) (one.get(BYTE, at) ^ bit));
    }

    @ParameterizedTest
    @MethodSource("installed")
    void packetsLeaveNoGarbage(String name, SrtpProfile profile) {
        var keys = new SrtpKeyMaterial(profile, new byte[SrtpKeyMaterial.bytes(profile)]);
        var fast = SrtpCiphers.choose(name);
        var meter = new GarbageMeter(50_000, 50_000);
        try (var outbound = new SrtpOutbound(keys, true, fast);
                var inbound = new SrtpInbound(keys, false, fast)) {
            for (var index = 0L; meter.step(); index++) {
                header(one, (int) index);
                var length = outbound.protectRtp(one, 0, 12, source, 0, 1_100, index);
                inbound.unprotectRtp(one, 0, length, target, 0);
            }
        }
        assertThat(meter.leastBytes())
                .as("bytes of garbage of 50,000 packets, protected and unprotected")
                .isLessThan(GarbageMeter.CLEAN_BYTES);
    }

    @ParameterizedTest
    @MethodSource("installed")
    void memoryBeyondASegmentIsNeverTouched(String name, SrtpProfile profile) {
        var keys = new SrtpKeyMaterial(profile, new byte[SrtpKeyMaterial.bytes(profile)]);
        try (var outbound = new SrtpOutbound(keys, true, SrtpCiphers.choose(name))) {
            var small = arena.allocate(100);
            assertThatThrownBy(() -> outbound.protectRtp(small, 0, 12, source, 0, 80, 1))
                    .as("no room for the tag")
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> outbound.protectRtp(one, 0, 12, small, 50, 80, 1))
                    .as("no such payload")
                    .isInstanceOf(IndexOutOfBoundsException.class);
            var heap = MemorySegment.ofArray(new byte[200]);
            assertThatThrownBy(() -> outbound.protectRtp(heap, 0, 12, source, 0, 80, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void fill(SplittableRandom random, MemorySegment memory, int bytes) {
        for (var i = 0; i < bytes; i++) {
            memory.set(BYTE, i, (byte) random.nextInt());
        }
    }

    private static void header(MemorySegment memory, int number) {
        memory.set(BYTE, 0, (byte) 0x80);
        memory.set(BYTE, 1, (byte) 96);
        memory.set(BYTE, 2, (byte) (number >> 8));
        memory.set(BYTE, 3, (byte) number);
        for (var i = 8; i < 12; i++) {
            memory.set(BYTE, i, (byte) i);
        }
    }
}
