// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.peer.PeerLink;
import io.portunus.signalling.sdp.SubscriberNegotiation;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// One connection of a subscriber, from its first offer to its end: what is offered and sent over
/// it. Used once. Confined to the signalling loop.
final class SubscriberConnection {
    private final MediaClient media;
    private final Handle handle;
    private final ApiRoom room;
    private final PeerLink link;
    private final SubscriberStreams streams = new SubscriberStreams();
    private final SectionTweaks tweaks;
    private final SubscriptionChanges changes;
    private final SubscriberOffers offers;
    private final SubscriptionRequests requests;
    private final Playback playback;

    /// @param loop the media loop that it is to be on
    /// @param useMsid whether what is offered names the feeds in `a=msid`
    SubscriberConnection(VideoRooms rooms, Handle handle, ApiRoom room, int loop, boolean useMsid) {
        media = rooms.media();
        this.handle = handle;
        this.room = room;
        link = new PeerLink(media, handle, loop, room.mediaId(), _ -> this.onClosed());
        var negotiation =
                new SubscriberNegotiation(room.spec().sessionName(), System.nanoTime() >>> 1);
        tweaks = new SectionTweaks(rooms, room, link, streams);
        changes = new SubscriptionChanges(rooms, room, link, streams, negotiation, tweaks, useMsid);
        offers = new SubscriberOffers(handle, room, link, streams, negotiation, changes);
        requests = new SubscriptionRequests(handle, room, streams, changes, offers);
        playback = new Playback(rooms, handle, room, link, streams, negotiation, offers);
    }

    /// Makes the connection and feeds it with `wanted`, at least one stream.
    ///
    /// @param opened called in between, as soon as the room may be asked about it
    /// @param fed called when the first offer can go out
    /// @param refused called instead, when nothing is left of it
    void open(List<Wanted> wanted, Runnable opened, Runnable fed, Consumer<PluginError> refused) {
        streams.e2ee(wanted.getFirst().from().e2ee());
        Consumer<Refusal> unmade = why -> refused.accept(PluginError.of(why, room.spec()));
        Runnable made = () -> onOpen(wanted, opened, fed, refused);
        room.reach(media, link.mediaLoop(), () -> link.open(made, unmade), unmade);
    }

    private void onOpen(
            List<Wanted> wanted, Runnable opened, Runnable fed, Consumer<PluginError> refused) {
        if (!handle.isAlive()) {
            link.close(PeerEnd.DETACHED);
            return;
        }
        opened.run();
        changes.subscribe(
                wanted,
                fed,
                error -> {
                    room.removeSubscriber(link.id());
                    link.discard();
                    refused.accept(error);
                });
    }

    PeerLink link() {
        return link;
    }

    SubscriberStreams streams() {
        return streams;
    }

    SectionTweaks tweaks() {
        return tweaks;
    }

    SubscriptionChanges changes() {
        return changes;
    }

    SubscriberOffers offers() {
        return offers;
    }

    SubscriptionRequests requests() {
        return requests;
    }

    Playback playback() {
        return playback;
    }

    /// Whether it has ended or is about to.
    boolean isEnding() {
        return link.isEnding();
    }

    private void onClosed() {
        var slots = IntStream.range(0, streams.size()).boxed().toList();
        streams.sources(
                slots,
                (from, mid) -> RoomMonitor.unsubscribed(handle, room.spec(), from.id(), mid));
        slots.forEach(changes::starve);
        room.removeSubscriber(link.id());
    }
}
