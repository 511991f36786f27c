// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/// Bytes made by hand, lying exactly at the end of their memory so that reading past them fails.
///
/// @param memory with other bytes in front
/// @param offset where the bytes start; they reach to the end
public record Packet(MemorySegment memory, long offset, int length) {
    private static final int FRONT_BYTES = 32;

    /// @param hex bytes, with spaces where that reads better
    public static Packet of(String hex) {
        return of(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    public static Packet of(byte[] bytes) {
        // What lies in front must not matter: all ones look like neither version nor padding.
        var all = new byte[FRONT_BYTES + bytes.length];
        java.util.Arrays.fill(all, (byte) 0xFF);
        System.arraycopy(bytes, 0, all, FRONT_BYTES, bytes.length);
        return new Packet(MemorySegment.ofArray(all), FRONT_BYTES, bytes.length);
    }

    /// The first `bytes` of these.
    public Packet cut(int bytes) {
        return of(hexBytes(offset, bytes));
    }

    public String hex() {
        return hex(offset, length);
    }

    public String hex(long from, int bytes) {
        return HexFormat.of().formatHex(hexBytes(from, bytes));
    }

    private byte[] hexBytes(long from, int bytes) {
        return memory.asSlice(from, bytes).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }
}
