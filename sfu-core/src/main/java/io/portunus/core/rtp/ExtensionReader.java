// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A cursor over the header extension elements of one packet (RFC 8285 §4.2 one-byte, §4.3 two-byte
/// form). Padding is passed over; a truncated element ends the walk. One instance per media loop.
///
/// ```
/// one-byte:  | ID (4) | len-1 (4) | data …        two-byte:  | ID (8) | len (8) | data …
/// ```
public final class ExtensionReader {
    private static final int ONE_BYTE_PROFILE = 0xBEDE;
    private static final int TWO_BYTE_PROFILE = 0x1000;

    /// RFC 8285 §4.2: an element with this id stops the processing of the block.
    private static final int RESERVED_ID = 15;

    private MemorySegment memory = MemorySegment.NULL;
    private long position;
    private long end;
    private boolean twoByte;
    private int id;
    private long offset;
    private int length;

    /// Points the cursor before the first element of `packet`.
    public void start(RtpPacket packet) {
        memory = packet.memory();
        position = 0;
        end = 0;
        if (!packet.hasExtensions()) {
            return;
        }
        var profile = packet.extensionProfile();
        twoByte = (profile & 0xFFF0) == TWO_BYTE_PROFILE;
        if (twoByte || profile == ONE_BYTE_PROFILE) {
            position = packet.extensionOffset();
            end = position + packet.extensionBytes();
        }
    }

    /// Moves to the next element; false when there is none.
    public boolean next() {
        while (position < end) {
            var first = memory.get(ValueLayout.JAVA_BYTE, position) & 0xFF;
            if (first == 0) {
                position++;
                continue;
            }
            return twoByte ? readTwoByte(first) : readOneByte(first);
        }
        return false;
    }

    /// 1 to 14, or to 255 in the two-byte form.
    public int id() {
        return id;
    }

    /// Where the element's data starts in the packet's memory.
    public long offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /// Moves to the element with `id`, from the start; false when there is none.
    public boolean find(RtpPacket packet, int id) {
        if (id == 0) {
            return false;
        }
        start(packet);
        while (next()) {
            if (this.id == id) {
                return true;
            }
        }
        return false;
    }

    private boolean readOneByte(int first) {
        id = first >> 4;
        length = (first & 0x0F) + 1;
        offset = position + 1;
        // RFC 8285 §4.2: padding that claims to have data ends the block, as the reserved id does.
        if (id == 0 || id == RESERVED_ID || offset + length > end) {
            position = end;
            return false;
        }
        position = offset + length;
        return true;
    }

    private boolean readTwoByte(int first) {
        if (position + 2 > end) {
            position = end;
            return false;
        }
        id = first;
        length = memory.get(ValueLayout.JAVA_BYTE, position + 1) & 0xFF;
        offset = position + 2;
        if (offset + length > end) {
            position = end;
            return false;
        }
        position = offset + length;
        return true;
    }
}
