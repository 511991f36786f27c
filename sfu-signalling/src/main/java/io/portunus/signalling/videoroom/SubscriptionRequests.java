// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.Handle;
import java.util.ArrayList;
import java.util.List;

/// A subscriber's requests for other feeds than it has: reads them, has them done and answers.
/// Confined to the signalling loop.
final class SubscriptionRequests {
    private final Handle handle;
    private final ApiRoom room;
    private final SubscriberStreams streams;
    private final SubscriptionChanges changes;
    private final SubscriberOffers offers;

    SubscriptionRequests(
            Handle handle,
            ApiRoom room,
            SubscriberStreams streams,
            SubscriptionChanges changes,
            SubscriberOffers offers) {
        this.handle = handle;
        this.room = room;
        this.streams = streams;
        this.changes = changes;
        this.offers = offers;
    }

    /// What a request for other feeds asks for, read and checked.
    ///
    /// @param wanted what is to be received
    /// @param unwanted the items of what is not to be received any more
    record Change(List<Wanted> wanted, List<ObjectNode> unwanted) {
        Change {
            wanted = List.copyOf(wanted);
            unwanted = List.copyOf(unwanted);
        }

        /// @param request `subscribe`, `unsubscribe` or `update`, which is both in one
        static Change read(ApiRoom room, String request, ObjectNode body) {
            return switch (request) {
                case "subscribe" ->
                        new Change(Wanted.find(room, items(body, "subscription")), List.of());
                case "unsubscribe" -> new Change(List.of(), items(body, "unsubscription"));
                default -> readBoth(room, body);
            };
        }

        private static Change readBoth(ApiRoom room, ObjectNode body) {
            var subscribe = Fields.optionalObjects(body, "subscribe");
            var unsubscribe = Fields.optionalObjects(body, "unsubscribe");
            if (subscribe == null && unsubscribe == null) {
                throw new PluginRefusal(
                        new PluginError(
                                429,
                                "At least one of either 'subscribe' or 'unsubscribe' must be"
                                        + " present"));
            }
            if (subscribe != null && subscribe.isEmpty()) {
                throw new PluginRefusal(PluginError.invalid("Empty subscription list"));
            }
            if (unsubscribe != null && unsubscribe.isEmpty()) {
                throw new PluginRefusal(PluginError.invalid("Empty unsubscription list"));
            }
            return new Change(
                    subscribe == null ? List.of() : Wanted.find(room, subscribe),
                    unsubscribe == null ? List.of() : unsubscribe);
        }

        /// @param list what an empty one is called
        private static List<ObjectNode> items(ObjectNode body, String list) {
            var items = Fields.optionalObjects(body, "streams");
            if (items == null) {
                throw new PluginRefusal(PluginError.missing("streams"));
            }
            if (items.isEmpty()) {
                throw new PluginRefusal(PluginError.invalid("Empty " + list + " list"));
            }
            return items;
        }
    }

    /// Feeds sections from elsewhere without a new offer.
    void switchTo(ObjectNode body, Reply reply) {
        changes.switchTo(
                body,
                (changed, revived) -> {
                    RoomMonitor.switched(handle, room.spec(), changed, streams);
                    if (revived) {
                        offers.want();
                    }
                    reply.event(switched(changed));
                },
                reply::error);
    }

    private ObjectNode switched(int changed) {
        var event = RoomJson.object().put("videoroom", "event").put("switched", "ok");
        room.spec().id().putInto(event, "room").put("changes", changed);
        event.set("streams", streams.json());
        return event;
    }

    /// Drops and adds with one offer for both.
    void update(Change change, Reply reply) {
        var wanted = change.wanted();
        Wanted.checkEncryption(wanted, streams.e2ee());
        var slots = changes.slotsOf(change.unwanted());
        var dropped = new ArrayList<Runnable>();
        streams.sources(slots, (from, mid) -> dropped.add(unsubscribed(from, mid)));
        changes.unsubscribe(
                slots,
                () -> {
                    dropped.forEach(Runnable::run);
                    changes.subscribe(
                            wanted,
                            () -> offers.updated(!slots.isEmpty() || !wanted.isEmpty(), reply),
                            error -> {
                                if (!slots.isEmpty()) {
                                    offers.want();
                                }
                                reply.error(error);
                            });
                },
                reply::error);
    }

    private Runnable unsubscribed(Member from, String mid) {
        return () -> RoomMonitor.unsubscribed(handle, room.spec(), from.id(), mid);
    }
}
