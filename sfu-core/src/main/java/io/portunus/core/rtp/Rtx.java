// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Retransmission packets (RFC 4588 §4): the payload of a repeated packet behind its original
/// sequence number.
public final class Rtx {
    /// The original sequence number (OSN) in front of the payload.
    public static final int OSN_BYTES = 2;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Rtx() {}

    /// Undoes the retransmission in place: the header moves [#OSN_BYTES] forward over the OSN and
    /// becomes that of the original, which so starts at `packet.offset() + OSN_BYTES` and is as
    /// much shorter. `packet` is pointed at it.
    ///
    /// @return false, with nothing changed, for a packet too short to repeat anything (a probe)
    public static boolean restore(RtpPacket packet, int payloadType, int ssrc) {
        if (packet.payloadBytes() < OSN_BYTES) {
            return false;
        }
        var memory = packet.memory();
        var offset = packet.offset();
        var size = packet.sizeBytes();
        var sequenceNumber = memory.get(SHORT, packet.payloadOffset()) & 0xFFFF;
        moveBack(memory, offset, packet.headerBytes());
        if (!packet.wrap(memory, offset + OSN_BYTES, size - OSN_BYTES)) {
            return false;
        }
        packet.sequenceNumber(sequenceNumber);
        packet.markerAndPayloadType(packet.marker(), payloadType);
        packet.ssrc(ssrc);
        return true;
    }

    private static void moveBack(MemorySegment memory, long offset, int bytes) {
        for (var i = bytes - 1; i >= 0; i--) {
            memory.set(
                    ValueLayout.JAVA_BYTE,
                    offset + OSN_BYTES + i,
                    memory.get(ValueLayout.JAVA_BYTE, offset + i));
        }
    }
}
