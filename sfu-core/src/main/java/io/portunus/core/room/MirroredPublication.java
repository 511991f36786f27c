// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.pipe.MirroredTrack;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a participant publishes to a room whose home is another media loop. Confined to the loop of
/// its mirror.
final class MirroredPublication implements Feeding {
    private final Map<String, MirroredTrack> tracks = new HashMap<>();
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

    Collection<MirroredTrack> tracks() {
        return tracks.values();
    }

    void put(MirroredTrack track) {
        tracks.put(track.mid(), track);
    }

    void remove(MirroredTrack track) {
        tracks.remove(track.mid(), track);
    }

    @Override
    public @Nullable MirroredTrack source(String mid) {
        return tracks.get(mid);
    }

    @Override
    public @Nullable Codec codec(String mid) {
        var track = tracks.get(mid);
        return track == null ? null : track.codec();
    }

    /// The home tells only of what may be had.
    @Override
    public boolean mayFeed(Connection subscriber) {
        return true;
    }

    @Override
    public Set<Subscription> subscriptions() {
        return subscriptions;
    }
}
