// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import io.portunus.core.codec.Codec;
import io.portunus.core.rtp.ExtensionMap;
import java.util.List;

/// What media loops ask of each other about a room that has subscribers on more than one. The
/// room's home decides everything; the others mirror what is published there. Nobody is answered.
public sealed interface LoopCommand extends MediaCommand {
    RoomId room();

    @Override
    default long request() {
        return NO_REQUEST;
    }

    /// From the home: all that can be subscribed to now, in place of what was told before.
    ///
    /// @param home where the room lives
    record Mirror(RoomId room, int home, List<Published> publications) implements LoopCommand {
        public Mirror {
            publications = List.copyOf(publications);
        }
    }

    /// From the home: the room is no more.
    ///
    /// @param end why its connections end
    record EndMirror(RoomId room, PeerEnd end) implements LoopCommand {}

    /// To the home: what subscribers on another loop want of one track.
    ///
    /// @param loop where they are
    /// @param track a [Track#id]
    /// @param channel what the track's packets are to be marked with, or 0 for none to be sent
    /// @param keyFrame whether somebody needs a key frame
    record Demand(RoomId room, int loop, long track, long channel, boolean keyFrame)
            implements LoopCommand {}

    /// To the home: a fault of ours has ended the mirror on `loop`.
    record MirrorFailed(RoomId room, int loop) implements LoopCommand {}

    /// What one participant publishes.
    record Published(ParticipantId who, List<Track> tracks) {
        public Published {
            tracks = List.copyOf(tracks);
        }
    }

    /// One section of it.
    ///
    /// @param id unique in the room for ever; another id under the same mid is another track
    /// @param extensions the identifiers of the header extensions in its packets
    /// @param cname the canonical name of its publisher (RFC 3550 §6.5.1)
    record Track(long id, String mid, Codec codec, ExtensionMap extensions, String cname) {}
}
