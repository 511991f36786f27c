// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.ingest.InboundTrack;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one participant sends over one connection: its place among the publishers, and who is fed
/// from it. Confined to its media loop.
final class Publication implements Feeding {
    private final Participant participant;
    private final Connection connection;
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();
    private MediaPlan plan;
    private int activePackets;
    private int averageLevel;
    private boolean told;

    Publication(Participant participant, Connection connection, MediaPlan plan) {
        this.participant = participant;
        this.connection = connection;
        this.plan = plan;
    }

    Participant participant() {
        return participant;
    }

    Connection connection() {
        return connection;
    }

    /// It was negotiated anew.
    void plan(MediaPlan plan) {
        this.plan = plan;
    }

    /// Its own measure of talking; 0 for the room's.
    void audioLevels(int activePackets, int averageLevel) {
        this.activePackets = activePackets;
        this.averageLevel = averageLevel;
    }

    /// From now on the room's settings count, as far as it has none of its own.
    void apply(RoomSettings settings) {
        connection
                .peer()
                .audioLevels(
                        settings.audioLevelEvents(),
                        activePackets == 0 ? settings.audioActivePackets() : activePackets,
                        averageLevel == 0 ? settings.audioLevelAverage() : averageLevel);
        connection.peer().firInterval(settings.firIntervalSeconds());
    }

    @Override
    public @Nullable Codec codec(String mid) {
        for (var line : plan.lines()) {
            if (line.receives() && line.mid().equals(mid)) {
                return line.codec();
            }
        }
        return null;
    }

    /// The track of section `mid`, or null where nothing is received on it.
    @Nullable InboundTrack track(String mid) {
        return codec(mid) == null ? null : connection.peer().inbound(mid);
    }

    @Override
    public @Nullable InboundTrack source(String mid) {
        return track(mid);
    }

    @Override
    public boolean mayFeed(Connection subscriber) {
        return told || connection == subscriber;
    }

    @Override
    public Set<Subscription> subscriptions() {
        return subscriptions;
    }

    /// Whether the room has been told that it can be subscribed to.
    boolean isTold() {
        return told;
    }

    void onTold() {
        told = true;
    }
}
