// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was last said about the PeerConnection of one handle, for operators. Confined to the
/// signalling loop.
public final class NegotiationLog {
    /// The most candidates of one client that are kept.
    static final int MAX_CANDIDATES = 32;

    /// The longest candidate that is kept, in characters.
    static final int MAX_CANDIDATE_CHARACTERS = 256;

    private final Room room;
    private final List<String> candidates = new ArrayList<>();
    private @Nullable Jsep local;
    private @Nullable Jsep remote;
    private boolean remoteIsNewer;
    private boolean allTrickled;
    private boolean offered;
    private boolean answered;

    /// @param room what all handles share
    NegotiationLog(Room room) {
        this.room = room;
    }

    void sent(Jsep jsep) {
        local = room.replace(local, jsep);
        note(jsep, false);
    }

    void received(Jsep jsep) {
        if (jsep.isOffer()) {
            candidates.clear();
            allTrickled = false;
        }
        remote = room.replace(remote, jsep);
        note(jsep, true);
    }

    private void note(Jsep jsep, boolean fromClient) {
        offered |= jsep.isOffer();
        answered |= !jsep.isOffer();
        remoteIsNewer = fromClient;
    }

    void trickled(List<String> lines, boolean complete) {
        for (var line : lines) {
            if (candidates.size() < MAX_CANDIDATES && line.length() <= MAX_CANDIDATE_CHARACTERS) {
                candidates.add(line);
            }
        }
        allTrickled |= complete;
    }

    /// The handle is gone.
    void forget() {
        local = room.replace(local, null);
        remote = room.replace(remote, null);
        candidates.clear();
    }

    /// Our last description; its text is empty where no more could be kept.
    public @Nullable Jsep local() {
        return local;
    }

    /// The client's last description; likewise.
    public @Nullable Jsep remote() {
        return remote;
    }

    /// What the client has trickled since its last offer.
    public List<String> candidates() {
        return List.copyOf(candidates);
    }

    /// Whether the client has said that no more candidates follow.
    public boolean allTrickled() {
        return allTrickled;
    }

    /// Whether there was an offer, of either side.
    public boolean offered() {
        return offered;
    }

    /// Whether one was answered.
    public boolean answered() {
        return answered;
    }

    /// Whether an offer of the client's waits for our answer.
    public boolean isProcessingOffer() {
        return remoteIsNewer && remote != null && remote.isOffer();
    }

    /// How much text all handles may keep. Confined to the signalling loop.
    static final class Room {
        /// The most characters of all handles together.
        static final long MAX_CHARACTERS = 64L << 20;

        private long most;
        private long characters;

        /// From now on there is somebody who may ask; until then nothing is kept.
        void open() {
            most = MAX_CHARACTERS;
        }

        @Nullable Jsep replace(@Nullable Jsep before, @Nullable Jsep now) {
            characters -= before == null ? 0 : before.sdp().length();
            if (now == null) {
                return null;
            }
            if (characters + now.sdp().length() > most) {
                return new Jsep(now.type(), "", now.trickle(), now.lowestFirst(), now.e2ee());
            }
            characters += now.sdp().length();
            return now;
        }
    }
}
