// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.Codec;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.RtpPacket;

/// What feeds a subscriber: a track that is received on this loop, or the mirror of one that is
/// received elsewhere. Confined to its media loop.
public interface ForwardSource {
    /// Hands on each of this source's packets.
    Forwarder forwarder();

    Codec codec();

    /// The identifiers that this source's packets carry their header extensions under.
    ExtensionMap extensions();

    /// Somebody can show nothing until a key frame comes. Cheap to repeat.
    void requestKeyFrame(long nowNanos);

    /// The epoch that its newest packets are of; see [TrackPacket#epoch].
    int epoch();

    /// The highest number of this epoch, or -1 where nothing has come.
    long newestIndex(int epoch);

    /// Points `view` at the packet with this index of this epoch, if it is still kept.
    boolean find(int epoch, long index, RtpPacket view, long nowNanos);

    /// Whether [#timestampAt] has anything to go by yet.
    boolean hasClock();

    /// The RTP timestamp, of this source's own stream, of what is captured now.
    int timestampAt(long nowNanos);

    /// The canonical name (RFC 3550 §6.5.1) that all tracks of one publisher share.
    String cname();
}
