// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A window onto the local half of the user name in a STUN message: the ufrag that the answering
/// side chose (RFC 8445 §7.2.2, RFC 8489 §14.3). Only finds it; whether the message is authentic is
/// for that ufrag's peer to say. One instance per media loop.
///
/// ```
///  0                   1                   2                   3
///  |0 0|      type     |            length             |
///  |               magic cookie 0x2112A442             |
///  |             transaction id, 96 bits …             |
///  |  attribute type   |            length             |  value, padded to 4 …
/// ```
final class StunUserName {
    /// What a message has to say.
    enum Reading {
        /// No STUN message, whatever its first byte says.
        MALFORMED,
        ABSENT,
        PRESENT
    }

    private static final int HEADER_BYTES = 20;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final int USERNAME = 0x0006;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private long ufragOffset;
    private int ufragBytes;

    /// Looks for the user name; the ufrag is to be asked for only when it is there.
    Reading read(MemorySegment memory, long offset, int length) {
        if (length < HEADER_BYTES
                || unsigned(memory, offset + 2) != length - HEADER_BYTES
                || memory.get(INT, offset + 4) != MAGIC_COOKIE) {
            return Reading.MALFORMED;
        }
        var end = offset + length;
        var attribute = offset + HEADER_BYTES;
        while (attribute < end) {
            if (attribute + 4 > end) {
                return Reading.MALFORMED;
            }
            var bytes = unsigned(memory, attribute + 2);
            var value = attribute + 4;
            if (value + bytes > end) {
                return Reading.MALFORMED;
            }
            if (unsigned(memory, attribute) == USERNAME) {
                ufragOffset = value;
                ufragBytes = untilColon(memory, value, bytes);
                return Reading.PRESENT;
            }
            attribute = value + (bytes + 3 & ~3);
        }
        return Reading.ABSENT;
    }

    private static int unsigned(MemorySegment memory, long offset) {
        return Short.toUnsignedInt(memory.get(SHORT, offset));
    }

    private static int untilColon(MemorySegment memory, long offset, int bytes) {
        var i = 0;
        while (i < bytes && memory.get(BYTE, offset + i) != ':') {
            i++;
        }
        return i;
    }

    long ufragOffset() {
        return ufragOffset;
    }

    int ufragBytes() {
        return ufragBytes;
    }
}
