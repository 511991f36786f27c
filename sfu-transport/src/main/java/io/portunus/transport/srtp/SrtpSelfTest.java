// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/// Whether a cipher provider gives the known answers on this very machine, for every profile, both
/// ways, and refuses what was tampered with. Run once before a provider is used. Pure.
final class SrtpSelfTest {
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = KEY_128 + "101112131415161718191a1b1c1d1e1f";
    private static final String RTP =
            "800f1234decafbadcafebabe" + "abababababababababababababababab";
    private static final String RTCP = "81c8000bcafebabe" + "abababababababababababababababab";

    private record KnownAnswer(
            SrtpProfile profile,
            String key,
            String salt,
            String protectedRtp,
            String protectedRtcp) {}

    private static final KnownAnswer[] ANSWERS = {
        new KnownAnswer(
                SrtpProfile.AEAD_AES_128_GCM,
                KEY_128,
                "a0a1a2a3a4a5a6a7a8a9aaab",
                "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06e"
                        + "d2976826f796b201df3131a127e8a392",
                "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025"
                        + "c52c6fbea2b3b446ea31123ba88ce61e80000001"),
        new KnownAnswer(
                SrtpProfile.AEAD_AES_256_GCM,
                KEY_256,
                "a0a1a2a3a4a5a6a7a8a9aaab",
                "800f1234decafbadcafebabe0af7f21e8a90bdad7a425c9c31ed4bb1"
                        + "d90238917e7390a2793500e1681acaea",
                "81c8000bcafebabe8abfafa780070a90e80f9161cf4aac08"
                        + "1ed93aaa53c15b0f3ed1a3b984167b0380000001"),
        new KnownAnswer(
                SrtpProfile.AES128_CM_HMAC_SHA1_80,
                "e1f97a0d3e018be0d64fa32c06de4139",
                "0ec675ad498afeebb6960b3aabe6",
                "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402" + "b78d6acc99ea179b8dbb",
                "81c8000bcafebabe7128035be487b9bdbef89041f977a5a8"
                        + "80000001993e08cd54d6c1230798"),
    };

    /// More than wait at most, and not a multiple of how many are done abreast.
    private static final int BURST = IpsecMbBurst.CAPACITY + 20;

    private static final int SLOT_BYTES = 64;

    private SrtpSelfTest() {}

    static boolean passes(SrtpCipherProvider provider) {
        for (var answer : ANSWERS) {
            if (!protects(provider, answer)
                    || !protectsInBursts(provider, answer)
                    || !unprotects(provider, answer)) {
                return false;
            }
        }
        return true;
    }

    private static boolean protects(SrtpCipherProvider provider, KnownAnswer answer) {
        try (var arena = Arena.ofConfined();
                var outbound = new SrtpOutbound(keys(answer), true, provider)) {
            var memory = arena.allocate(SrtpCipherProvider.MAX_PACKET_BYTES);
            var bytes = write(memory, RTP);
            var rtp = outbound.protectRtp(memory, 0, 12, memory, 12, bytes - 12, 0x1234);
            if (!holds(memory, rtp, answer.protectedRtp)) {
                return false;
            }
            var rtcp = outbound.protectRtcp(memory, 0, write(memory, RTCP));
            return holds(memory, rtcp, answer.protectedRtcp);
        }
    }

    private static boolean protectsInBursts(SrtpCipherProvider provider, KnownAnswer answer) {
        try (var arena = Arena.ofConfined();
                var outbound = SrtpOutbound.inBursts(keys(answer), true, provider)) {
            var memory = arena.allocate((long) BURST * SLOT_BYTES);
            var same = true;
            for (var i = 0; i < BURST; i++) {
                var slot = memory.asSlice((long) i * SLOT_BYTES, SLOT_BYTES);
                var bytes = write(slot, RTP);
                var at = (long) i * SLOT_BYTES;
                var length =
                        outbound.protectRtp(memory, at, 12, memory, at + 12, bytes - 12, 0x1234);
                same = same && length == answer.protectedRtp.length() / 2;
            }
            provider.completeBurst();
            for (var i = 0; i < BURST; i++) {
                var slot = memory.asSlice((long) i * SLOT_BYTES, SLOT_BYTES);
                same = same && holds(slot, answer.protectedRtp.length() / 2, answer.protectedRtp);
            }
            return same;
        }
    }

    private static boolean unprotects(SrtpCipherProvider provider, KnownAnswer answer) {
        try (var arena = Arena.ofConfined();
                var inbound = new SrtpInbound(keys(answer), false, provider)) {
            var memory = arena.allocate(SrtpCipherProvider.MAX_PACKET_BYTES);
            var target = arena.allocate(SrtpCipherProvider.MAX_PACKET_BYTES);
            var length = write(memory, answer.protectedRtp);
            flip(memory, length - 1);
            if (inbound.unprotectRtp(memory, 0, length, target, 0) >= 0) {
                return false;
            }
            flip(memory, length - 1);
            if (!holds(target, inbound.unprotectRtp(memory, 0, length, target, 0), RTP)) {
                return false;
            }
            length = write(memory, answer.protectedRtcp);
            return holds(target, inbound.unprotectRtcp(memory, 0, length, target, 0), RTCP);
        }
    }

    private static SrtpKeyMaterial keys(KnownAnswer answer) {
        var both = answer.key + answer.key + answer.salt + answer.salt;
        return new SrtpKeyMaterial(answer.profile, HexFormat.of().parseHex(both));
    }

    private static int write(MemorySegment memory, String hex) {
        var bytes = HexFormat.of().parseHex(hex);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return bytes.length;
    }

    private static void flip(MemorySegment memory, long offset) {
        memory.set(
                ValueLayout.JAVA_BYTE, offset, (byte) ~memory.get(ValueLayout.JAVA_BYTE, offset));
    }

    private static boolean holds(MemorySegment memory, int length, String hex) {
        return length >= 0
                && Arrays.equals(
                        memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                        HexFormat.of().parseHex(hex));
    }
}
