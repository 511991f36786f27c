// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.RoomCommand;
import io.portunus.signalling.peer.PeerLink;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What changes of a subscriber's sections without a new offer or another source: whether they are
/// sent, and for how long they are held back. Confined to the signalling loop.
final class SectionTweaks {
    private final VideoRooms rooms;
    private final ApiRoom room;
    private final PeerLink link;
    private final SubscriberStreams streams;

    SectionTweaks(VideoRooms rooms, ApiRoom room, PeerLink link, SubscriberStreams streams) {
        this.rooms = rooms;
        this.room = room;
        this.link = link;
        this.streams = streams;
    }

    /// What a `configure` wants, by section.
    record Wish(Map<Integer, Boolean> sends, Map<Integer, Delay> delays) {}

    /// Reads and checks everything in `body`.
    Wish read(ObjectNode body) {
        return new Wish(sends(body), delays(body));
    }

    void apply(Wish wish) {
        wish.sends()
                .forEach((slot, on) -> {
                    streams.send(slot, on);
                    tellSend(slot, on);
                });
        wish.delays()
                .forEach((slot, delay) -> {
                    streams.holdBack(slot, delay);
                    tellDelay(slot);
                });
    }

    /// Which sections a `configure` wants to be sent, or not; everything in it is checked.
    private Map<Integer, Boolean> sends(ObjectNode body) {
        var changes = new HashMap<Integer, Boolean>();
        Wanted.checkLayers(body);
        for (var flag : new String[] {"audio", "video", "data", "send"}) {
            Fields.optionalFlag(body, flag);
        }
        var items = Fields.optionalObjects(body, "streams");
        if (items != null) {
            for (var item : items) {
                readSend(item, slotOf(Fields.text(item, "mid")), changes);
            }
            return changes;
        }
        var mid = Fields.optionalText(body, "mid");
        if (mid != null) {
            readSend(body, slotOf(mid), changes);
            return changes;
        }
        var audio = Fields.optionalFlag(body, "audio");
        var video = Fields.optionalFlag(body, "video");
        Fields.optionalFlag(body, "data");
        for (var slot = 0; slot < streams.size(); slot++) {
            readSend(body, slot, changes);
            var kind = streams.kind(slot);
            var legacy = kind == MediaKind.AUDIO ? audio : video;
            if (legacy != null) {
                changes.put(slot, legacy);
            }
        }
        return changes;
    }

    private static void readSend(ObjectNode item, int slot, Map<Integer, Boolean> changes) {
        Wanted.checkLayers(item);
        Fields.optionalRounded(item, "audio_level_average");
        Fields.optionalNumber(item, "audio_active_packets");
        var send = Fields.optionalFlag(item, "send");
        if (send != null) {
            changes.put(slot, send);
        }
    }

    private int slotOf(String mid) {
        var slot = streams.byMid(mid);
        if (slot < 0) {
            throw new PluginRefusal(
                    PluginError.noSuch("No such mid '" + mid + "' in subscription"));
        }
        return slot;
    }

    /// The publisher's word on how long to hold back what it sends on `mid` has changed.
    void onDelay(Member from, String mid) {
        streams.fedBy(from.id(), mid).forEach(this::tellDelay);
    }

    /// The sections that a `configure` wants to be held back for so long; all of it is checked.
    private Map<Integer, Delay> delays(ObjectNode body) {
        var changes = new HashMap<Integer, Delay>();
        var items = Fields.optionalObjects(body, "streams");
        if (items != null) {
            for (var item : items) {
                putDelay(changes, slotOf(Fields.text(item, "mid")), Delay.read(item));
            }
            return changes;
        }
        var mid = Fields.optionalText(body, "mid");
        for (var slot = 0; slot < streams.size(); slot++) {
            if (mid == null || slot == slotOf(mid)) {
                putDelay(changes, slot, Delay.read(body));
            }
        }
        return changes;
    }

    private static void putDelay(Map<Integer, Delay> into, int slot, @Nullable Delay delay) {
        if (delay != null) {
            into.put(slot, delay);
        }
    }

    /// Tells the media side for how long `slot` is to be held back, where anybody says so.
    void tellDelay(int slot) {
        if (!streams.isActive(slot) || !streams.wasHeldBack(slot)) {
            return;
        }
        var delay = streams.delay(slot);
        rooms.media()
                .tell(
                        link.mediaLoop(),
                        new RoomCommand.PlayoutDelay(
                                MediaCommand.NO_REQUEST,
                                room.mediaId(),
                                link.id(),
                                slot,
                                delay.minTens(),
                                delay.maxTens()));
    }

    /// Tells the media side whether `slot` is to be sent.
    void tellSend(int slot, boolean on) {
        rooms.media()
                .tell(
                        link.mediaLoop(),
                        new RoomCommand.Send(
                                MediaCommand.NO_REQUEST, room.mediaId(), link.id(), slot, on));
    }
}
