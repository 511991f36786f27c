// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import io.portunus.core.fate.Fate;
import io.portunus.core.peer.Egress;
import java.lang.foreign.MemorySegment;

/// The egress of a peer to which nothing can be sent: there is never room.
public final class DeafEgress implements Egress {
    @Override
    public MemorySegment memory() {
        return MemorySegment.NULL;
    }

    @Override
    public long reserve(int bytes) {
        return -1;
    }

    @Override
    public Fate sendRtp(
            int headerBytes,
            MemorySegment payload,
            long payloadOffset,
            int payloadBytes,
            long packetIndex) {
        return Fate.NOT_CONNECTED;
    }

    @Override
    public Fate sendRtcp(int bytes) {
        return Fate.NOT_CONNECTED;
    }
}
