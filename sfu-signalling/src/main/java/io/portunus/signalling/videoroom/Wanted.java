// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.signalling.sdp.OfferedStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One stream that a subscriber wants, found in the roster.
///
/// @param crossReference the client's own name for it, or null
/// @param send whether media is to flow at once
/// @param delay of this subscription alone, or null
record Wanted(
        Member from,
        OfferedStream stream,
        @Nullable String crossReference,
        boolean send,
        @Nullable Delay delay) {
    /// What `items` ask for; all of it is there, or the request is refused.
    static List<Wanted> find(ApiRoom room, List<ObjectNode> items) {
        var wanted = new ArrayList<Wanted>();
        for (var item : items) {
            checkLayers(item);
            var feed = feed(room, item);
            var mid = Fields.optionalText(item, "mid");
            var reference = Fields.optionalText(item, "crossrefid");
            var send = Fields.flag(item, "send", true);
            var delay = Delay.read(item);
            if (mid == null) {
                for (var stream : feed.streams()) {
                    if (!stream.disabled()) {
                        wanted.add(new Wanted(feed, stream, reference, true, delay));
                    }
                }
            } else {
                wanted.add(new Wanted(feed, stream(feed, mid), reference, send, delay));
            }
        }
        return wanted;
    }

    /// The old form: one whole feed, with what kinds of it are wanted.
    static List<Wanted> legacy(ApiRoom room, ObjectNode body) {
        checkLayers(body);
        var audio = Fields.flag(body, "offer_audio", true);
        var video = Fields.flag(body, "offer_video", true);
        Fields.optionalFlag(body, "offer_data");
        var feed = feed(room, body);
        var wanted = new ArrayList<Wanted>();
        for (var stream : feed.streams()) {
            if (!stream.disabled() && (stream.kind() == MediaKind.AUDIO ? audio : video)) {
                wanted.add(new Wanted(feed, stream, null, true, null));
            }
        }
        return wanted;
    }

    /// Whether a subscription to `wanted` is encrypted end to end, and nothing else may come into
    /// it.
    static boolean areEncrypted(ApiRoom room, List<Wanted> wanted) {
        return room.spec().requireE2ee() || wanted.getFirst().from().e2ee();
    }

    /// Refuses a feed that is not encrypted end to end beside those that are, and the reverse.
    static void checkEncryption(Collection<Wanted> wanted, boolean e2ee) {
        for (var one : wanted) {
            if (one.from().e2ee() != e2ee) {
                throw new PluginRefusal(PluginError.invalidFeed(one.from().id(), e2ee));
            }
        }
    }

    /// The publisher that `body` names as its `feed`.
    static Member feed(ApiRoom room, ObjectNode body) {
        var id = room.ids().required(body, "feed");
        var member = room.member(id);
        if (member == null || !member.isPublishing()) {
            throw new PluginRefusal(PluginError.noSuchFeed(id));
        }
        return member;
    }

    static OfferedStream stream(Member feed, String mid) {
        var stream = feed.stream(mid);
        if (stream == null) {
            throw new PluginRefusal(
                    PluginError.noSuch("No such mid '" + mid + "' in feed (" + feed.id() + ")"));
        }
        return stream;
    }

    /// Layers are checked and taken note of no further: one encoding is all that comes.
    static void checkLayers(ObjectNode item) {
        for (var layer : new String[] {"substream", "spatial_layer"}) {
            checkLayer(item, layer, "substream/spatial_layer");
        }
        for (var layer : new String[] {"temporal", "temporal_layer"}) {
            checkLayer(item, layer, "temporal/temporal_layer");
        }
        Fields.optionalNumber(item, "fallback");
        Delay.read(item);
    }

    private static void checkLayer(ObjectNode item, String name, String both) {
        var layer = Fields.optionalNumber(item, name);
        if (layer != null && layer > 2) {
            throw new PluginRefusal(
                    PluginError.invalid("Invalid value (" + both + " should be 0, 1 or 2)"));
        }
    }
}
