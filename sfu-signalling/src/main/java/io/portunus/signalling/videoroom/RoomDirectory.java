// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.media.MediaClient;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which rooms there are, and where each lives. Confined to the signalling loop.
final class RoomDirectory {
    static final int MAX_ROOMS = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(RoomDirectory.class);

    private final MediaClient media;
    private final Ids ids;
    private final Monitor monitor;
    private final Map<ApiId, ApiRoom> rooms = new LinkedHashMap<>();
    private Consumer<ApiRoom> whenOpened = _ -> {};
    private boolean stopping;

    RoomDirectory(MediaClient media, Ids ids, Monitor monitor) {
        this.media = media;
        this.ids = ids;
        this.monitor = monitor;
    }

    /// `task` gets every room as soon as it is there.
    void whenOpened(Consumer<ApiRoom> task) {
        whenOpened = task;
    }

    @Nullable ApiRoom find(ApiId id) {
        return rooms.get(id);
    }

    Collection<ApiRoom> all() {
        return rooms.values();
    }

    boolean isFull() {
        return rooms.size() >= MAX_ROOMS;
    }

    /// An id that no room has.
    ApiId unusedId() {
        return ids.unused(rooms::containsKey);
    }

    /// Opens a room with an id that is not taken; null when its media loop can take no more.
    @Nullable ApiRoom open(RoomSpec spec) {
        var loop = media.leastLoadedLoop();
        var id = media.newRoomId();
        var room = new ApiRoom(spec, ids, id, loop, this::onEnded);
        media.listen(id, room::onEvent);
        rooms.put(spec.id(), room);
        whenOpened.accept(room);
        var accepted = new boolean[] {true};
        media.ask(
                loop,
                request -> new RoomCommand.Open(request, id, spec.mediaSettings()),
                answer -> {
                    if (answer instanceof RoomEvent.Refused(_, _, _, var reason)) {
                        LOG.warn("room {} was refused: {}", spec.id(), reason);
                        forget(room);
                    }
                },
                () -> {
                    accepted[0] = false;
                    forget(room);
                });
        if (accepted[0]) {
            LOG.info("room {} opened on media loop {}", spec.id(), loop);
            RoomMonitor.room(monitor, "created", spec);
        }
        return accepted[0] ? room : null;
    }

    /// Ends a room; from now on it is not found.
    void destroy(ApiRoom room) {
        rooms.remove(room.spec().id(), room);
        media.tellSurely(
                room.mediaLoop(), new RoomCommand.Destroy(MediaCommand.NO_REQUEST, room.mediaId()));
    }

    /// The properties of a room have been changed.
    void onEdited(RoomSpec spec) {
        RoomMonitor.room(monitor, "edited", spec);
    }

    /// No room is opened anew from now on.
    void stop() {
        stopping = true;
    }

    List<RoomId> mediaIds() {
        return rooms.values().stream().map(ApiRoom::mediaId).toList();
    }

    private void forget(ApiRoom room) {
        rooms.remove(room.spec().id(), room);
        media.forget(room.mediaId());
    }

    /// A room of the configuration that a fault ended is there again at once.
    private void onEnded(ApiRoom room) {
        RoomMonitor.room(monitor, "destroyed", room.spec());
        rooms.remove(room.spec().id(), room);
        if (room.end() == RoomEvent.RoomEnd.FAULT && room.spec().permanent() && !stopping) {
            reopen(room.spec());
        }
    }

    private void reopen(RoomSpec spec) {
        if (!stopping && find(spec.id()) == null && open(spec) == null) {
            media.retry(() -> reopen(spec));
        }
    }
}
