// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.signalling.media.MediaClient;
import java.util.ArrayDeque;
import java.util.Deque;

/// What a participant has said of its streams before it has any: kept for the next publishing.
/// Confined to the signalling loop.
final class EarlyTweaks {
    /// The most requests that are kept; the oldest give way.
    private static final int MAX = 16;

    private final Deque<StreamTweaks> kept = new ArrayDeque<>();

    /// Keeps `tweaks` if any of it is about streams.
    void keep(StreamTweaks tweaks) {
        if (!tweaks.concernsStreams()) {
            return;
        }
        if (kept.size() == MAX) {
            kept.remove();
        }
        kept.add(tweaks);
    }

    /// Applies it all in the order in which it came; then it is done with.
    void apply(MediaClient media, ApiRoom room, Member member) {
        kept.forEach(tweaks -> tweaks.applyToStreams(media, room, member));
        kept.clear();
    }
}
