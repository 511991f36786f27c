// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Where native code finds what Java knows as a segment. Pure.
final class NativeMemory {
    /// Why no library can be used by a JVM whose user does not let us.
    static final String DENIED = "the JVM denies native access (--enable-native-access)";

    private NativeMemory() {}

    /// The address of `bytes` bytes of `memory`, which have to lie within it.
    static long address(MemorySegment memory, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, memory.byteSize());
        if (!memory.isNative()) {
            throw new IllegalArgumentException("native ciphers need native memory");
        }
        return memory.address() + offset;
    }
}
