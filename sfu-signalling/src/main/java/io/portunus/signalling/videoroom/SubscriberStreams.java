// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The media sections of one subscriber: what feeds each, and how the API tells of them. Confined
/// to the signalling loop.
final class SubscriberStreams {
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Integer, SlotSsrcs> ssrcs = new HashMap<>();
    private boolean e2ee;

    /// One section; without a source it is inactive.
    private static final class Slot {
        private Codec codec;
        private @Nullable Source source;
        private @Nullable String crossReference;
        private boolean ready;
        private boolean send;
        private Delay delay = Delay.AS_PUBLISHED;
        private boolean heldBack;

        Slot(Codec codec) {
            this.codec = codec;
        }
    }

    private record Source(Member from, String mid) {}

    /// Whether what feeds them is encrypted end to end: all of it is, or nothing.
    boolean e2ee() {
        return e2ee;
    }

    /// The first that is to feed them has settled that for good: clients make their connection so.
    void e2ee(boolean on) {
        e2ee = on;
    }

    int size() {
        return slots.size();
    }

    boolean isActive(int slot) {
        return slot < slots.size() && slots.get(slot).source != null;
    }

    MediaKind kind(int slot) {
        return slots.get(slot).codec.kind();
    }

    boolean hasActive() {
        return slots.stream().anyMatch(slot -> slot.source != null);
    }

    /// What is sent on each section that has ever been fed.
    Map<Integer, SlotSsrcs> ssrcs() {
        return ssrcs;
    }

    /// `slot`, an existing one or the next, is fed with `wanted`.
    void feed(int slot, Wanted wanted, SlotSsrcs sent) {
        var codec = wanted.stream().codec();
        if (codec == null) {
            throw new IllegalArgumentException("a stream without a codec feeds nothing");
        }
        if (slot == slots.size()) {
            slots.add(new Slot(codec));
        }
        var fed = slots.get(slot);
        fed.codec = codec;
        // A switch that names none leaves the client's own name for the section as it is.
        if (wanted.crossReference() != null || fed.source == null) {
            fed.crossReference = wanted.crossReference();
        }
        fed.source = new Source(wanted.from(), wanted.stream().mid());
        fed.send = wanted.send();
        var delay = wanted.delay();
        if (delay != null) {
            fed.delay = delay;
        }
        ssrcs.put(slot, sent);
    }

    /// `slot` is fed by nothing any more.
    void starve(int slot) {
        slots.get(slot).source = null;
        slots.get(slot).crossReference = null;
        slots.get(slot).ready = false;
        slots.get(slot).delay = Delay.AS_PUBLISHED;
    }

    /// This subscription's own delay.
    void holdBack(int slot, Delay delay) {
        slots.get(slot).delay = delay;
    }

    /// How long what goes out in an active section is to be held back: the subscription's own word,
    /// or else the publisher's.
    Delay delay(int slot) {
        return delay(slots.get(slot));
    }

    private static Delay delay(Slot slot) {
        var source = slot.source;
        return slot.delay.isSet() || source == null
                ? slot.delay
                : source.from().delay(source.mid());
    }

    /// Whether anybody has ever said anything of that, now or before.
    boolean wasHeldBack(int slot) {
        var asked = slots.get(slot);
        asked.heldBack |= delay(asked).isSet();
        return asked.heldBack;
    }

    void ready(Set<Integer> taken) {
        for (var i = 0; i < slots.size(); i++) {
            slots.get(i).ready = taken.contains(i);
        }
    }

    void send(int slot, boolean on) {
        slots.get(slot).send = on;
    }

    /// Tells `each` the publisher and the mid that feed each of `among`; nothing of inactive ones.
    void sources(Iterable<Integer> among, BiConsumer<Member, String> each) {
        for (var slot : among) {
            var source = slots.get(slot).source;
            if (source != null) {
                each.accept(source.from(), source.mid());
            }
        }
    }

    /// The active slots that a publisher's stream feeds; all of the publisher's where `mid` is
    /// null.
    List<Integer> fedBy(ApiId feed, @Nullable String mid) {
        var found = new ArrayList<Integer>();
        for (var i = 0; i < slots.size(); i++) {
            var source = slots.get(i).source;
            if (source != null
                    && source.from().id().equals(feed)
                    && (mid == null || mid.equals(source.mid()))) {
                found.add(i);
            }
        }
        return found;
    }

    /// The slot with `a=mid:<mid>`, or -1.
    int byMid(String mid) {
        for (var i = 0; i < slots.size(); i++) {
            if (Integer.toString(i).equals(mid)) {
                return i;
            }
        }
        return -1;
    }

    /// Whether `wanted` can take the place of what feeds `slot` without a new offer.
    boolean fits(int slot, Wanted wanted) {
        var present = slots.get(slot);
        return present.codec == wanted.stream().codec()
                && !(present.source != null
                        && present.source.from() == wanted.from()
                        && present.source.mid().equals(wanted.stream().mid()));
    }

    /// How the API tells of all of them.
    ArrayNode json() {
        var all = JsonNodeFactory.instance.arrayNode();
        for (var i = 0; i < slots.size(); i++) {
            write(all.addObject(), i, slots.get(i));
        }
        return all;
    }

    private static void write(ObjectNode json, int index, Slot slot) {
        json.put("type", RoomJson.name(slot.codec.kind()))
                .put("active", slot.source != null)
                .put("mindex", index)
                .put("mid", Integer.toString(index));
        if (slot.crossReference != null) {
            json.put("crossrefid", slot.crossReference);
        }
        json.put("ready", slot.ready).put("send", slot.send);
        var source = slot.source;
        if (source == null) {
            return;
        }
        var from = source.from();
        from.id().putInto(json, "feed_id");
        if (from.display() != null) {
            json.put("feed_display", from.display());
        }
        if (from.metadata() != null) {
            json.set("feed_metadata", from.metadata());
        }
        json.put("feed_mid", source.mid());
        var description = from.descriptions().get(source.mid());
        if (description != null) {
            json.put("feed_description", description);
        }
        json.put("codec", slot.codec.apiName());
        var delay = delay(slot);
        if (delay.isSet()) {
            delay.putInto(json);
        }
        var stream = from.stream(source.mid());
        if (stream != null && !stream.h264Profile().isEmpty()) {
            json.put("h264-profile", stream.h264Profile());
        }
        if (stream != null && !stream.vp9Profile().isEmpty()) {
            json.put("vp9-profile", stream.vp9Profile());
        }
    }
}
