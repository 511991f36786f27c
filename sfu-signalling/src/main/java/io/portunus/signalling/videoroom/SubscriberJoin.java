// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.Jsep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `join` of a subscriber, read and checked whole before anything is done.
///
/// @param privateId of the participant whose subscription it is, or null
/// @param useMsid whether what is offered names the feeds in `a=msid`
/// @param autoUpdate whether the client wants an offer when a feed goes
/// @param legacy whether it came in the old form, which names one feed as a whole
/// @param wanted what it asks for; at least one stream
record SubscriberJoin(
        @Nullable Long privateId,
        boolean useMsid,
        boolean autoUpdate,
        boolean legacy,
        List<Wanted> wanted) {
    private static final String[] OLD_FLAGS = {
        "audio", "video", "data", "offer_audio", "offer_video", "offer_data"
    };

    SubscriberJoin {
        wanted = List.copyOf(wanted);
    }

    static SubscriberJoin read(ApiRoom room, ObjectNode body, @Nullable Jsep jsep) {
        if (jsep != null) {
            throw new PluginRefusal(
                    PluginError.invalidRequest("Can't send an offer to create subscribers"));
        }
        var privateId = Fields.optionalId(body, "private_id");
        var useMsid = Fields.flag(body, "use_msid", false);
        var autoUpdate = Fields.flag(body, "autoupdate", true);
        Wanted.checkLayers(body);
        for (var flag : OLD_FLAGS) {
            Fields.optionalFlag(body, flag);
        }
        var items = Fields.optionalObjects(body, "streams");
        var legacy = items == null || items.isEmpty();
        if (legacy && !body.has("feed")) {
            throw new PluginRefusal(
                    new PluginError(
                            429, "At least one between 'streams' and 'feed' must be specified"));
        }
        checkPrivateId(room, privateId);
        var wanted = items == null || legacy ? Wanted.legacy(room, body) : Wanted.find(room, items);
        if (wanted.isEmpty()) {
            throw new PluginRefusal(PluginError.invalidSdp("Can't offer an SDP with no stream"));
        }
        Wanted.checkEncryption(wanted, Wanted.areEncrypted(room, wanted));
        return new SubscriberJoin(privateId, useMsid, autoUpdate, legacy, wanted);
    }

    private static void checkPrivateId(ApiRoom room, @Nullable Long privateId) {
        if (!room.spec().requirePvtid()) {
            return;
        }
        for (var member : room.members()) {
            if (privateId != null && member.privateId() == privateId) {
                return;
            }
        }
        throw new PluginRefusal(PluginError.unauthorized("this room requires a valid private_id"));
    }
}
