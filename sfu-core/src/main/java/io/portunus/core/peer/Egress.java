// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.fate.Fate;
import java.lang.foreign.MemorySegment;

/// Where one peer's packets leave the core: the transport protects them and sends them when the
/// batch ends. Implemented by transport; confined to the media loop.
///
/// A packet is written in two steps: [#reserve] gives room in egress memory, the core writes the
/// header there (and the payload behind it, if it has to be changed), and a `send` encrypts into
/// that same place. A reservation that is not sent is simply reserved anew.
public interface Egress {
    /// The memory that [#reserve] gives offsets into.
    MemorySegment memory();

    /// The offset of room for a packet of `bytes` plaintext, or -1 when this peer can take no more
    /// now.
    long reserve(int bytes);

    /// Protects and queues one RTP packet. The header lies at the reserved place; the payload is
    /// read, and not changed, from `payloadOffset` in `payload`, which may be right behind the
    /// header. Encrypting is the only copy.
    ///
    /// @param packetIndex roll-over counter and sequence number, 48 bits (RFC 3711 §3.3.1): under
    ///   one SSRC never the same one twice
    /// @return [Fate#SENT], or where it stopped
    Fate sendRtp(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex);

    /// Reads what a `send` will need, and nothing else, so that it is near then. What it answers
    /// means nothing.
    default int touch() {
        return 0;
    }

    /// Protects and queues the compound RTCP packet of `bytes` that lies at the reserved place.
    Fate sendRtcp(int bytes);
}
