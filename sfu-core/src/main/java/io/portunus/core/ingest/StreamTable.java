// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which SSRC belongs to which track of one connection: a hash table without boxes. Confined to its
/// media loop.
final class StreamTable {
    /// What is known of an SSRC.
    enum Role {
        MEDIA,
        /// Retransmissions (RFC 4588).
        REPAIR,
        /// An encoding of a track that is not the one we take.
        OTHER_ENCODING,
        /// It was the track's, but another has taken its place.
        RETIRED
    }

    /// The most SSRCs that one connection may use.
    static final int MAX_STREAMS = 256;

    static final int ABSENT = -1;

    private static final int FIRST_CAPACITY = 16;

    private int[] ssrcs = new int[FIRST_CAPACITY];
    private @Nullable Role[] roles = new @Nullable Role[FIRST_CAPACITY];
    private @Nullable InboundTrack[] tracks = new @Nullable InboundTrack[FIRST_CAPACITY];
    private long[] sinceNanos = new long[FIRST_CAPACITY];
    private int size;

    /// Where `ssrc` is, or [#ABSENT]. Good until the table changes.
    int find(int ssrc) {
        var at = place(ssrc);
        return roles[at] == null ? ABSENT : at;
    }

    Role role(int at) {
        var role = roles[at];
        if (role == null) {
            throw new IllegalStateException("nothing at this place of the table");
        }
        return role;
    }

    InboundTrack track(int at) {
        var track = tracks[at];
        if (track == null) {
            throw new IllegalStateException("nothing at this place of the table");
        }
        return track;
    }

    /// When the SSRC got its role.
    long sinceNanos(int at) {
        return sinceNanos[at];
    }

    boolean isFull() {
        return size >= MAX_STREAMS;
    }

    /// Adds an SSRC, or gives it another role.
    void put(int ssrc, Role role, InboundTrack track, long nowNanos) {
        if (2 * (size + 1) > ssrcs.length) {
            rebuild(2 * ssrcs.length);
        }
        var at = place(ssrc);
        if (roles[at] == null) {
            size++;
        }
        ssrcs[at] = ssrc;
        roles[at] = role;
        tracks[at] = track;
        sinceNanos[at] = nowNanos;
    }

    /// Forgets every SSRC that has this role.
    void removeAll(Role role) {
        for (var at = 0; at < ssrcs.length; at++) {
            if (roles[at] == role) {
                tracks[at] = null;
            }
        }
        rebuild(ssrcs.length);
    }

    /// Of these tracks keeps the retransmissions and what was given up; forgets all else.
    void forgetMedia(List<InboundTrack> kept) {
        for (var at = 0; at < ssrcs.length; at++) {
            var track = tracks[at];
            var stays = roles[at] == Role.REPAIR || roles[at] == Role.RETIRED;
            if (!stays || (track != null && !kept.contains(track))) {
                tracks[at] = null;
            }
        }
        rebuild(ssrcs.length);
    }

    /// Its retransmissions that were known before `untilNanos` are not the track's any more.
    void retireRepairs(InboundTrack track, long untilNanos, long nowNanos) {
        for (var at = 0; at < ssrcs.length; at++) {
            if (roles[at] == Role.REPAIR && tracks[at] == track && sinceNanos[at] <= untilNanos) {
                roles[at] = Role.RETIRED;
                sinceNanos[at] = nowNanos;
            }
        }
    }

    private int place(int ssrc) {
        // Fibonacci hashing: a sender may choose SSRCs, but gets at most MAX_STREAMS of them.
        var mask = ssrcs.length - 1;
        var at = ((ssrc * 0x9E37_79B9) >>> 16) & mask;
        while (roles[at] != null && ssrcs[at] != ssrc) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /// Without what has no track any more.
    private void rebuild(int capacity) {
        var oldSsrcs = ssrcs;
        var oldRoles = roles;
        var oldTracks = tracks;
        var oldSince = sinceNanos;
        ssrcs = new int[capacity];
        roles = new @Nullable Role[capacity];
        tracks = new @Nullable InboundTrack[capacity];
        sinceNanos = new long[capacity];
        size = 0;
        for (var i = 0; i < oldSsrcs.length; i++) {
            var role = oldRoles[i];
            var track = oldTracks[i];
            if (role != null && track != null) {
                put(oldSsrcs[i], role, track, oldSince[i]);
            }
        }
    }
}
