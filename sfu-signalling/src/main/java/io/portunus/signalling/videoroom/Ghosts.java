// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.RoomCommand;
import java.time.Duration;

/// Settles a join with an id that is taken: a participant whose connection is dead gives way to its
/// owner's return, a live one stays. Confined to the signalling loop.
final class Ghosts {
    /// How long the incumbent's client may take to answer a ping.
    static final int PING_MILLIS = 1_000;

    private final VideoRooms rooms;
    private final ApiRoom room;

    Ghosts(VideoRooms rooms, ApiRoom room) {
        this.rooms = rooms;
        this.room = room;
    }

    /// Calls one of the two: `evicted` when the incumbent was dead and is gone, else `stays`.
    void settle(Member incumbent, Runnable evicted, Runnable stays) {
        var askedAtNanos = rooms.loop().nowNanos();
        incumbent
                .handle()
                .probe(
                        PING_MILLIS,
                        alive -> {
                            if (alive) {
                                stays.run();
                            } else {
                                waitForItsMedia(incumbent, askedAtNanos, evicted, stays);
                            }
                        });
    }

    /// A closed connection is known at once, but media gets the same time to show that it comes.
    private void waitForItsMedia(
            Member incumbent, long askedAtNanos, Runnable evicted, Runnable stays) {
        var left =
                Duration.ofMillis(PING_MILLIS).minusNanos(rooms.loop().nowNanos() - askedAtNanos);
        Runnable ask = () -> askItsMedia(incumbent, askedAtNanos, evicted, stays);
        if (left.isPositive()) {
            rooms.loop().schedule(left, ask);
        } else {
            ask.run();
        }
    }

    /// A silent WebSocket is not enough: media that still comes is a sign of life too.
    private void askItsMedia(
            Member incumbent, long askedAtNanos, Runnable evicted, Runnable stays) {
        incumbent
                .publisher()
                .silence(silentNanos -> {
                    if (silentNanos < rooms.loop().nowNanos() - askedAtNanos) {
                        stays.run();
                    } else {
                        evict(incumbent, evicted, stays);
                    }
                });
    }

    private void evict(Member incumbent, Runnable evicted, Runnable stays) {
        var holder = room.member(incumbent.id());
        if (holder != null && !holder.handle().equals(incumbent.handle())) {
            // Somebody else was quicker and has the id by now, alive.
            stays.run();
            return;
        }
        if (!incumbent.beginLeaving()) {
            // It goes, or went, by itself, which is as good.
            evicted.run();
            return;
        }
        rooms.media()
                .ask(
                        room.mediaLoop(),
                        request ->
                                new RoomCommand.Leave(
                                        request,
                                        room.mediaId(),
                                        incumbent.participant(),
                                        LeaveReason.EVICTED),
                        _ -> evicted.run(),
                        () -> {
                            incumbent.stay();
                            stays.run();
                        });
    }
}
