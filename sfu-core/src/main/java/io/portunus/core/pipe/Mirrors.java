// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import io.portunus.core.forward.TrackPacket;
import org.jspecify.annotations.Nullable;

/// Which mirror on this media loop listens on which channel of the pipes that come to it. A channel
/// is never given out twice, so that what is still under way to one that was closed reaches nobody.
/// Confined to its media loop.
public final class Mirrors {
    /// The most mirrors of one media loop that anybody subscribes to.
    public static final int MAX_CHANNELS = 1 << 16;

    private static final int FIRST_CAPACITY = 16;
    private static final int PLACE_BITS = 16;

    private final TrackPacket packet = new TrackPacket();
    private @Nullable MirroredTrack[] tracks = new MirroredTrack[FIRST_CAPACITY];
    private int count;
    private long generation;

    /// The view that mirrors point at the packets they get, one at a time.
    TrackPacket packet() {
        return packet;
    }

    /// A channel for `track`, or [MirroredTrack#NO_CHANNEL] where all are taken.
    long open(MirroredTrack track) {
        var place = freePlace();
        if (place < 0) {
            return MirroredTrack.NO_CHANNEL;
        }
        tracks[place] = track;
        count++;
        return ++generation << PLACE_BITS | place;
    }

    void close(long channel) {
        if (find(channel) != null) {
            tracks[place(channel)] = null;
            count--;
        }
    }

    /// Who listens on `channel`, or null where nobody does any more.
    public @Nullable MirroredTrack find(long channel) {
        var place = place(channel);
        var track = place < tracks.length ? tracks[place] : null;
        return track != null && track.channel() == channel ? track : null;
    }

    /// How many channels are open.
    public int count() {
        return count;
    }

    private int freePlace() {
        if (count == tracks.length) {
            if (count == MAX_CHANNELS) {
                return -1;
            }
            var grown = new MirroredTrack[2 * count];
            System.arraycopy(tracks, 0, grown, 0, count);
            tracks = grown;
            return count;
        }
        for (var place = 0; place < tracks.length; place++) {
            if (tracks[place] == null) {
                return place;
            }
        }
        return -1;
    }

    private static int place(long channel) {
        return (int) channel & (MAX_CHANNELS - 1);
    }
}
