// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.sdp.OfferedStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A participant as the API knows it: what the room on the media side does not. Confined to the
/// signalling loop.
final class Member {
    private final ApiId id;
    private final ParticipantId participant;
    private final Publisher publisher;
    private final long privateId;
    private @Nullable String display;
    private @Nullable ObjectNode metadata;
    private final Map<String, String> descriptions = new HashMap<>();
    private List<OfferedStream> streams = List.of();
    private final Set<String> muted = new HashSet<>();
    private final Set<String> moderated = new HashSet<>();
    private final Map<String, Delay> delays = new HashMap<>();
    private boolean publishing;
    private boolean talking;
    private int activePackets;
    private int averageLevel;
    private int bitrate = -1;
    private boolean leaving;
    private boolean dummy;
    private boolean e2ee;
    private final List<Runnable> whenGone = new ArrayList<>();

    Member(
            ApiId id,
            Publisher publisher,
            long privateId,
            @Nullable String display,
            @Nullable ObjectNode metadata) {
        this.id = id;
        this.publisher = publisher;
        this.privateId = privateId;
        this.display = display;
        this.metadata = metadata;
        participant = new ParticipantId(id.text());
    }

    /// From now on it stands for somebody who seems to publish `offered`, and sends nothing.
    void pretend(List<OfferedStream> offered, boolean encrypted) {
        dummy = true;
        e2ee = encrypted;
        streams = List.copyOf(offered);
        publishing = true;
    }

    /// Whether it only seems to be there.
    boolean isDummy() {
        return dummy;
    }

    /// Whether the room may now be asked to let it go. Only once: its id may be somebody else's
    /// when a second request comes there.
    boolean beginLeaving() {
        var first = !leaving;
        leaving = true;
        return first;
    }

    /// The room could not be asked.
    void stay() {
        leaving = false;
    }

    /// Whether the room has been asked to let it go, and it is not gone yet.
    boolean isLeaving() {
        return leaving;
    }

    /// Runs `task` when it is gone from the room and its id free again.
    void whenGone(Runnable task) {
        whenGone.add(task);
    }

    /// It is gone.
    void gone() {
        var tasks = List.copyOf(whenGone);
        whenGone.clear();
        tasks.forEach(Runnable::run);
    }

    ApiId id() {
        return id;
    }

    ParticipantId participant() {
        return participant;
    }

    Publisher publisher() {
        return publisher;
    }

    Handle handle() {
        return publisher.handle();
    }

    /// Quoted by subscriptions of the same person.
    long privateId() {
        return privateId;
    }

    @Nullable String display() {
        return display;
    }

    void display(String changed) {
        display = changed;
    }

    @Nullable ObjectNode metadata() {
        return metadata;
    }

    void metadata(ObjectNode changed) {
        metadata = changed;
    }

    /// What the publisher says of single streams, by mid.
    Map<String, String> descriptions() {
        return descriptions;
    }

    /// What it sends, in the order of its SDP; empty where it never published.
    List<OfferedStream> streams() {
        return streams;
    }

    void streams(List<OfferedStream> negotiated) {
        streams = List.copyOf(negotiated);
    }

    /// Whether its media can be subscribed to.
    boolean isPublishing() {
        return publishing;
    }

    void publishing(boolean on) {
        publishing = on;
        if (!on) {
            streams = List.of();
            muted.clear();
            delays.clear();
            talking = false;
            e2ee = false;
        }
    }

    /// Whether what it publishes is encrypted end to end, as it says itself.
    boolean e2ee() {
        return e2ee;
    }

    void e2ee(boolean on) {
        e2ee = on;
    }

    /// Whether it talks, as far as anybody listens for that.
    boolean isTalking() {
        return talking;
    }

    /// Whether what it sends tells how loud it is.
    boolean isHeard() {
        return streams.stream().anyMatch(Member::isHeard);
    }

    static boolean isHeard(OfferedStream stream) {
        return stream.kind() == MediaKind.AUDIO
                && !stream.disabled()
                && stream.extensions().has(ExtensionKind.AUDIO_LEVEL);
    }

    /// Its own measure of talking, 0 for the room's: packets of one evaluation, level in -dBov.
    void audioLevels(int packets, int level) {
        activePackets = packets;
        averageLevel = level;
    }

    /// What it may send, in bit/s: its own wish, or else what the room says; 0 without a limit.
    int bitrate(RoomSpec room) {
        return bitrate < 0 ? room.bitrate() : bitrate;
    }

    /// Whether it has said itself how much that is.
    boolean hasOwnBitrate() {
        return bitrate >= 0;
    }

    void bitrate(int bps) {
        bitrate = bps;
    }

    int activePackets() {
        return activePackets;
    }

    int averageLevel() {
        return averageLevel;
    }

    void talking(boolean on) {
        talking = on;
    }

    /// How long viewers are to hold back what it sends on `mid`.
    Delay delay(String mid) {
        return delays.getOrDefault(mid, Delay.AS_PUBLISHED);
    }

    void delay(String mid, Delay changed) {
        delays.put(mid, changed);
    }

    /// Its own wish for `mid`.
    void mute(String mid, boolean on) {
        if (on) {
            muted.add(mid);
        } else {
            muted.remove(mid);
        }
    }

    /// A moderator's word on `mid`, which holds as long as it is in the room.
    ///
    /// @return whether that changes anything
    boolean moderate(String mid, boolean mute) {
        if (mute && moderated.size() >= MediaPlan.MAX_LINES) {
            moderated.removeIf(known -> stream(known) == null);
        }
        return mute ? moderated.add(mid) : moderated.remove(mid);
    }

    /// What moderators have silenced.
    Set<String> moderated() {
        return moderated;
    }

    /// Whether `mid` is to be relayed.
    boolean relays(String mid) {
        return !muted.contains(mid) && !moderated.contains(mid);
    }

    /// The usable stream with `mid`, or null.
    @Nullable OfferedStream stream(String mid) {
        for (var stream : streams) {
            if (stream.mid().equals(mid) && !stream.disabled()) {
                return stream;
            }
        }
        return null;
    }
}
