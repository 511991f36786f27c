// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.peer.PeerTransport;
import java.util.ArrayList;
import java.util.List;

/// A transport that keeps what one peer is sent, for tests of a peer without a room.
public final class RecordingTransport implements PeerTransport {
    private final List<byte[]> rtp = new ArrayList<>();
    private final List<byte[]> rtcp = new ArrayList<>();
    private final PlaintextEgress egress = new PlaintextEgress(rtp::add, rtcp::add);

    @Override
    public PlaintextEgress egress() {
        return egress;
    }

    @Override
    public void close(PeerEnd end) {}

    /// The RTP packets sent so far.
    public List<byte[]> rtp() {
        return rtp;
    }

    /// The compounds sent so far.
    public List<byte[]> rtcp() {
        return rtcp;
    }

    /// All packets of a type in the compounds sent so far.
    ///
    /// @param format the five bits of count or feedback type, or -1 for any
    public List<Bytes> rtcp(int type, int format) {
        return rtcp.stream()
                .flatMap(compound -> RtcpBytes.parse(compound).stream())
                .filter(part -> part.type() == type && (format < 0 || part.format() == format))
                .map(RtcpBytes.Part::bytes)
                .toList();
    }
}
