// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.StreamSpec;
import io.portunus.signalling.sdp.SubscriberNegotiation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Changes what feeds a subscriber's sections: asks the room first, and only then changes what is
/// offered and told. Confined to the signalling loop.
final class SubscriptionChanges {
    private final VideoRooms rooms;
    private final ApiRoom room;
    private final PeerLink link;
    private final SubscriberStreams streams;
    private final SubscriberNegotiation negotiation;
    private final SectionTweaks tweaks;
    private final boolean useMsid;
    private int underWay;

    SubscriptionChanges(
            VideoRooms rooms,
            ApiRoom room,
            PeerLink link,
            SubscriberStreams streams,
            SubscriberNegotiation negotiation,
            SectionTweaks tweaks,
            boolean useMsid) {
        this.rooms = rooms;
        this.room = room;
        this.link = link;
        this.streams = streams;
        this.negotiation = negotiation;
        this.tweaks = tweaks;
        this.useMsid = useMsid;
    }

    /// Told how a switch went: how many sections changed, and whether one was revived.
    @FunctionalInterface
    interface Switched {
        void accept(int changes, boolean revived);
    }

    /// Whether the room has been asked and has not answered.
    boolean isUnderWay() {
        return underWay > 0;
    }

    /// Feeds a section with each of `wanted`, an inactive one of its kind or a new one.
    void subscribe(List<Wanted> wanted, Runnable done, Consumer<PluginError> refused) {
        if (wanted.isEmpty()) {
            done.run();
            return;
        }
        var bySlot = new LinkedHashMap<Integer, Wanted>();
        for (var one : wanted) {
            bySlot.put(negotiation.slotFor(spec(one), bySlot.keySet()), one);
        }
        feed(
                bySlot,
                sent -> {
                    bySlot.forEach((slot, one) -> {
                        negotiation.add(slot, spec(one));
                        streams.feed(slot, one, ssrcs(sent, slot));
                        tweaks.tellDelay(slot);
                        if (!one.send()) {
                            tweaks.tellSend(slot, false);
                        }
                    });
                    done.run();
                },
                refused);
    }

    void unsubscribe(Set<Integer> slots, Runnable done, Consumer<PluginError> refused) {
        if (slots.isEmpty()) {
            done.run();
            return;
        }
        underWay++;
        rooms.media()
                .ask(
                        link.mediaLoop(),
                        request ->
                                new RoomCommand.Unsubscribe(
                                        request, room.mediaId(), link.id(), List.copyOf(slots)),
                        answer -> {
                            underWay--;
                            var error = PluginError.in(answer, room.spec());
                            if (error != null) {
                                refused.accept(error);
                            } else {
                                slots.forEach(this::starve);
                                done.run();
                            }
                        },
                        () -> {
                            underWay--;
                            refused.accept(PluginError.overloaded());
                        });
    }

    /// Nothing feeds `slot` any more.
    void starve(int slot) {
        if (streams.isActive(slot)) {
            streams.starve(slot);
            negotiation.deactivate(slot);
        }
    }

    /// The sections that the items of an `unsubscribe` name; unknown ones are passed over.
    Set<Integer> slotsOf(List<ObjectNode> items) {
        var slots = new LinkedHashSet<Integer>();
        for (var item : items) {
            var subMid = Fields.optionalText(item, "sub_mid");
            var feed = room.ids().optional(item, "feed");
            var mid = Fields.optionalText(item, "mid");
            if (subMid != null) {
                var slot = streams.byMid(subMid);
                if (slot >= 0 && streams.isActive(slot)) {
                    slots.add(slot);
                }
            } else if (feed != null) {
                slots.addAll(streams.fedBy(feed, mid));
            }
        }
        return slots;
    }

    /// Replaces what feeds sections without a new offer; what does not fit is passed over.
    void switchTo(ObjectNode body, Switched done, Consumer<PluginError> refused) {
        var bySlot = new LinkedHashMap<Integer, Wanted>();
        var items = Fields.optionalObjects(body, "streams");
        if (items == null) {
            var feed = Wanted.feed(room, body);
            for (var stream : feed.streams()) {
                if (!stream.disabled()) {
                    put(bySlot, new Wanted(feed, stream, null, true, null), null);
                }
            }
        } else {
            if (items.isEmpty()) {
                throw new PluginRefusal(PluginError.invalid("Empty switch list"));
            }
            for (var item : items) {
                Wanted.checkLayers(item);
                var feed = Wanted.feed(room, item);
                var stream = Wanted.stream(feed, Fields.text(item, "mid"));
                put(
                        bySlot,
                        new Wanted(feed, stream, null, true, null),
                        Fields.text(item, "sub_mid"));
            }
        }
        Wanted.checkEncryption(bySlot.values(), streams.e2ee());
        if (bySlot.isEmpty()) {
            done.accept(0, false);
            return;
        }
        feed(bySlot, sent -> done.accept(bySlot.size(), switched(bySlot, sent)), refused);
    }

    private boolean switched(Map<Integer, Wanted> bySlot, Map<Integer, SlotSsrcs> sent) {
        var revived = false;
        for (var entry : bySlot.entrySet()) {
            int slot = entry.getKey();
            if (!streams.isActive(slot)) {
                negotiation.add(slot, spec(entry.getValue()));
                revived = true;
            }
            streams.feed(slot, entry.getValue(), ssrcs(sent, slot));
            tweaks.tellDelay(slot);
            tweaks.tellSend(slot, true);
        }
        return revived;
    }

    /// @param subMid the section to use, or null for the first that fits
    private void put(Map<Integer, Wanted> bySlot, Wanted wanted, @Nullable String subMid) {
        for (var slot = 0; slot < streams.size(); slot++) {
            var named = subMid == null || subMid.equals(Integer.toString(slot));
            if (named && !bySlot.containsKey(slot) && streams.fits(slot, wanted)) {
                bySlot.put(slot, wanted);
                return;
            }
        }
    }

    private void feed(
            Map<Integer, Wanted> bySlot,
            Consumer<Map<Integer, SlotSsrcs>> fed,
            Consumer<PluginError> refused) {
        var feeds = new ArrayList<RoomCommand.Feed>();
        var empty = new ArrayList<RoomCommand.Empty>();
        bySlot.forEach((slot, one) -> {
            if (one.from().isDummy()) {
                empty.add(new RoomCommand.Empty(slot, one.stream().kind()));
            } else {
                feeds.add(new RoomCommand.Feed(slot, one.from().participant(), one.stream().mid()));
            }
        });
        underWay++;
        rooms.media()
                .ask(
                        link.mediaLoop(),
                        request ->
                                new RoomCommand.Subscribe(
                                        request, room.mediaId(), link.id(), feeds, empty),
                        answer -> {
                            underWay--;
                            if (answer instanceof RoomEvent.Subscribed(_, _, _, _, var slots)) {
                                var sent = new HashMap<Integer, SlotSsrcs>();
                                slots.forEach(one -> sent.put(one.slot(), one));
                                fed.accept(sent);
                            } else {
                                refused.accept(errorIn(answer, bySlot));
                            }
                        },
                        () -> {
                            underWay--;
                            refused.accept(PluginError.overloaded());
                        });
    }

    private PluginError errorIn(MediaEvent answer, Map<Integer, Wanted> bySlot) {
        if (answer instanceof RoomEvent.Refused(_, _, _, var why)
                && why == Refusal.NO_SUCH_STREAM) {
            // What was there when the request came has gone since.
            for (var wanted : bySlot.values()) {
                if (!wanted.from().isPublishing()) {
                    return PluginError.noSuchFeed(wanted.from().id());
                }
            }
        }
        var error = PluginError.in(answer, room.spec());
        return error == null ? PluginError.internal("Unexpected answer") : error;
    }

    private static SlotSsrcs ssrcs(Map<Integer, SlotSsrcs> sent, int slot) {
        var ssrcs = sent.get(slot);
        if (ssrcs == null) {
            throw new IllegalStateException("the room fed slot " + slot + " without saying how");
        }
        return ssrcs;
    }

    private StreamSpec spec(Wanted wanted) {
        var mid = wanted.stream().mid();
        return StreamSpec.of(wanted.stream(), useMsid ? wanted.from().id() + " " + mid : "");
    }
}
