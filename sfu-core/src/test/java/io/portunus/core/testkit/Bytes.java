// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.nio.ByteBuffer;

/// Reads a packet in network byte order, unsigned where Java would not.
public record Bytes(ByteBuffer buffer) {
    public static Bytes of(byte[] packet) {
        return new Bytes(ByteBuffer.wrap(packet));
    }

    public int unsignedByte(int at) {
        return buffer.get(at) & 0xFF;
    }

    public int unsignedShort(int at) {
        return buffer.getShort(at) & 0xFFFF;
    }

    public int integer(int at) {
        return buffer.getInt(at);
    }

    public long unsignedInteger(int at) {
        return buffer.getInt(at) & 0xFFFF_FFFFL;
    }

    public int length() {
        return buffer.capacity();
    }
}
