// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.SubscriberNegotiation;

/// The offers to one subscriber: never two without an answer between them. What changes meanwhile
/// goes into one more offer afterwards. Confined to the signalling loop.
final class SubscriberOffers {
    private final Handle handle;
    private final ApiRoom room;
    private final PeerLink link;
    private final SubscriberStreams streams;
    private final SubscriberNegotiation negotiation;
    private final SubscriptionChanges changes;
    private boolean due;

    /// Whether a feed went of which the client, by its own wish, has not been told.
    private boolean changedUntold;

    private boolean restarting;
    private boolean answered;

    SubscriberOffers(
            Handle handle,
            ApiRoom room,
            PeerLink link,
            SubscriberStreams streams,
            SubscriberNegotiation negotiation,
            SubscriptionChanges changes) {
        this.handle = handle;
        this.room = room;
        this.link = link;
        this.streams = streams;
        this.negotiation = negotiation;
        this.changes = changes;
    }

    /// An offer is to follow as soon as can be.
    void want() {
        due = true;
    }

    /// A feed is gone, which the client has asked not to be told of by itself.
    void changedUntold() {
        changedUntold = true;
    }

    /// The offer that is due now, where none is out; nothing else may be sent in its place.
    Jsep take() {
        due = false;
        changedUntold = false;
        return Jsep.offer(negotiation.offer(link.local(), streams.ssrcs()), streams.e2ee());
    }

    /// Answers a request that changed something, or nothing.
    void updated(boolean changed, Reply reply) {
        if (!changed && !due && !changedUntold) {
            reply.event(RoomJson.about("updated", room.spec()));
        } else if (isOneOut()) {
            due = true;
            reply.event(RoomJson.about("updating", room.spec()));
        } else {
            RoomMonitor.streams("updated", handle, room.spec(), streams);
            reply.event(withStreams("updated"), take());
        }
    }

    /// Answers a request for a new offer, with new ICE credentials where `restart`. Every request
    /// is answered; the offer follows the answer to one that is out.
    void renew(boolean restart, ObjectNode event, Reply reply) {
        if (!restart) {
            answer(event, reply);
            return;
        }
        restarting = true;
        link.restartIce(
                () -> {
                    restarting = false;
                    answer(event, reply);
                },
                why -> {
                    restarting = false;
                    reply.error(PluginError.of(why, room.spec()));
                });
    }

    private void answer(ObjectNode event, Reply reply) {
        if (isOneOut()) {
            due = true;
            reply.event(event);
        } else {
            reply.event(event, take());
        }
    }

    /// Sends the offer that had to wait, unless it still has to.
    void sendIfDue() {
        if (due && !link.isEnding() && !isOneOut() && !changes.isUnderWay()) {
            RoomMonitor.streams("updated", handle, room.spec(), streams);
            handle.push(null, withStreams("updated"), take());
        }
    }

    /// Whether an offer waits for its answer, or is about to go out. For operators: how far they
    /// have come.
    void describe(ObjectNode json) {
        json.put("answered", answered).put("pending_offer", due).put("pending_restart", restarting);
    }

    /// The client has answered one.
    void onAnswered() {
        answered = true;
    }

    private boolean isOneOut() {
        return restarting || negotiation.awaitsAnswer();
    }

    private ObjectNode withStreams(String kind) {
        var event = RoomJson.about(kind, room.spec());
        event.set("streams", streams.json());
        return event;
    }
}
