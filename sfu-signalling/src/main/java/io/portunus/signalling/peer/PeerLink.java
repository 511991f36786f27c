// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.peer;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.PeerReport;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RemoteTransport;
import io.portunus.core.door.RoomId;
import io.portunus.signalling.events.EventType;
import io.portunus.signalling.events.HandleMonitor;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.media.MediaClient;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PeerConnection of one handle, from its opening to its end: talks to its transport and tells
/// the client `webrtcup`, `media`, `slowlink` and `hangup`. Used once; a handle that connects again
/// makes a new one. Confined to the signalling loop.
public final class PeerLink implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

    private final MediaClient media;
    private final Handle handle;
    private final int mediaLoop;
    private final RoomId room;
    private final Consumer<PeerEnd> whenClosed;
    private Consumer<PeerEvent.SlowLink> whenSlow = _ -> {};
    private final PeerId id;
    private final HandleMonitor monitor;
    private final LinkStatistics statistics;
    private State state = State.NEW;
    private boolean silent;
    private PeerEnd closing = PeerEnd.DETACHED;
    private LocalTransport local = NOWHERE;

    private static final LocalTransport NOWHERE =
            new LocalTransport("", "", "", java.util.List.of());

    private enum State {
        NEW,
        OPEN,
        CONNECTED,
        CLOSING,
        CLOSED
    }

    /// @param whenClosed called once when an opened connection has ended, after the client was told
    public PeerLink(
            MediaClient media,
            Handle handle,
            int mediaLoop,
            RoomId room,
            Consumer<PeerEnd> whenClosed) {
        this.media = media;
        this.handle = handle;
        this.mediaLoop = mediaLoop;
        this.room = room;
        this.whenClosed = whenClosed;
        id = media.newPeerId();
        monitor = handle.monitor();
        statistics = new LinkStatistics(media, mediaLoop, id, monitor);
    }

    /// Has `listener` told of every slow link, just before the client is.
    public void whenSlow(Consumer<PeerEvent.SlowLink> listener) {
        whenSlow = listener;
    }

    /// The media loop that the connection is on.
    public int mediaLoop() {
        return mediaLoop;
    }

    public PeerId id() {
        return id;
    }

    /// What the client's next description says of how to reach us; only once opened.
    public LocalTransport local() {
        return handle.describe(local);
    }

    @Override
    public LocalTransport ours() {
        return local;
    }

    @Override
    public void inspect(Consumer<@Nullable PeerReport> answer) {
        if (state == State.NEW || state == State.CLOSED) {
            answer.accept(null);
            return;
        }
        media.ask(
                mediaLoop,
                request -> new PeerCommand.Inspect(request, id),
                event ->
                        answer.accept(
                                event instanceof PeerEvent.Inspected(_, _, var report)
                                        ? report
                                        : null),
                () -> answer.accept(null));
    }

    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    /// Whether it has ended or is about to.
    public boolean isEnding() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /// Makes the connection; exactly one of the two is called, later. It may be called although the
    /// connection was closed in the meantime, which [#isEnding] tells.
    public void open(Runnable opened, Consumer<Refusal> refused) {
        media.listen(id, this::onEvent);
        media.ask(
                mediaLoop,
                request -> new PeerCommand.Open(request, id, room),
                answer -> {
                    if (answer instanceof PeerEvent.Opened(_, _, var transport)) {
                        local = transport;
                        if (state == State.NEW) {
                            state = State.OPEN;
                            monitor.localCandidates(local);
                        } else {
                            // It was given up before it was there to be closed.
                            media.tellSurely(
                                    mediaLoop,
                                    new PeerCommand.Close(MediaCommand.NO_REQUEST, id, closing));
                        }
                        opened.run();
                    } else {
                        state = State.CLOSED;
                        media.forget(id);
                        refused.accept(
                                answer instanceof PeerEvent.Refused(_, _, var why)
                                        ? why
                                        : Refusal.NO_SUCH_ROOM);
                    }
                },
                () -> {
                    state = State.CLOSED;
                    media.forget(id);
                    refused.accept(Refusal.OVERLOADED);
                });
        if (monitor.wants(EventType.WEBRTC)) {
            media.tell(mediaLoop, new PeerCommand.Watch(MediaCommand.NO_REQUEST, id));
        }
    }

    /// The client's description has come, for the first time or again.
    public void accept(RemoteTransport remote) {
        if (!tryAccept(remote)) {
            LOG.warn("the media loop {} can take no more; closing a connection", mediaLoop);
            close(PeerEnd.FAULT);
        }
    }

    /// The same where the client may try again.
    ///
    /// @return false when the media loop can take no more, and nothing has changed
    public boolean tryAccept(RemoteTransport remote) {
        return media.tell(mediaLoop, new PeerCommand.Accept(MediaCommand.NO_REQUEST, id, remote));
    }

    /// Makes new ICE credentials, which [#local] then has; exactly one of the two is called, later.
    public void restartIce(Runnable done, Consumer<Refusal> refused) {
        media.ask(
                mediaLoop,
                request -> new PeerCommand.RestartIce(request, id),
                answer -> {
                    if (answer instanceof PeerEvent.Opened(_, _, var transport)) {
                        local = transport;
                        done.run();
                    } else {
                        refused.accept(Refusal.NO_SUCH_PEER);
                    }
                },
                () -> refused.accept(Refusal.OVERLOADED));
    }

    /// How long the client has been silent, in nanoseconds; `Long.MAX_VALUE` where nobody knows.
    public void silence(Consumer<Long> answer) {
        media.ask(
                mediaLoop,
                request -> new PeerCommand.Probe(request, id),
                event ->
                        answer.accept(
                                event instanceof PeerEvent.Heard(_, _, var nanos)
                                        ? nanos
                                        : Long.MAX_VALUE),
                () -> answer.accept(0L));
    }

    /// Ends the connection; the client is told when it has ended.
    public void close(PeerEnd end) {
        if (isEnding()) {
            return;
        }
        state = State.CLOSING;
        closing = end;
        media.tellSurely(mediaLoop, new PeerCommand.Close(MediaCommand.NO_REQUEST, id, end));
    }

    /// Ends a connection that the client has never heard of, without a word to it.
    public void discard() {
        silent = true;
        close(PeerEnd.CLOSED_BY_PLUGIN);
    }

    private void onEvent(PeerEvent event) {
        switch (event) {
            case PeerEvent.Connected _ -> {
                if (state == State.OPEN) {
                    state = State.CONNECTED;
                    handle.notify("webrtcup", _ -> {});
                    monitor.webrtcUp();
                    statistics.start();
                }
            }
            case PeerEvent.Receiving receiving -> onReceiving(receiving);
            case PeerEvent.SlowLink slow -> onSlowLink(slow);
            case PeerEvent.Closed(_, var end) -> onClosed(end);
            case PeerEvent.IceChanged(_, var ice) -> monitor.ice(ice);
            case PeerEvent.PathSelected(_, var path) -> monitor.selectedPair(path);
            case PeerEvent.DtlsChanged(_, var dtls) -> monitor.dtls(dtls);
            case PeerEvent.Opened _,
                    PeerEvent.Refused _,
                    PeerEvent.Heard _,
                    PeerEvent.Inspected _ -> {
                // Answers go to whoever asked.
            }
        }
    }

    private void onReceiving(PeerEvent.Receiving event) {
        var silent = event.silentSeconds();
        handle.notify(
                "media",
                fields -> {
                    fields.put("mid", event.mid())
                            .put("type", event.kind().name().toLowerCase(Locale.ROOT))
                            .put("receiving", event.receiving());
                    if (!event.receiving() && silent > 1) {
                        fields.put("seconds", silent);
                    }
                });
        monitor.receiving(event.mid(), event.kind(), event.receiving(), silent);
    }

    private void onSlowLink(PeerEvent.SlowLink event) {
        whenSlow.accept(event);
        handle.notify(
                "slowlink",
                fields ->
                        fields.put("mid", event.mid())
                                .put("media", event.kind().name().toLowerCase(Locale.ROOT))
                                .put("uplink", event.uplink())
                                .put("lost", event.lost())
                                // The name that it had at first, which old clients look for.
                                .put("nacks", event.lost()));
        monitor.slowLink(event.mid(), event.kind(), event.uplink(), event.lost());
    }

    private void onClosed(PeerEnd end) {
        if (state == State.CLOSED) {
            return;
        }
        var failed = state == State.CONNECTED && end == PeerEnd.ICE_FAILED;
        state = State.CLOSED;
        statistics.stop();
        LOG.info(
                "session {}: the connection of handle {} ended: {}",
                handle.sessionId(),
                handle.id(),
                end.apiReason());
        if (failed && !silent) {
            handle.notify("ice-failed", _ -> {});
        }
        if (!silent) {
            handle.notify("hangup", fields -> fields.put("reason", end.apiReason()));
            monitor.hangup(end.apiReason());
        }
        whenClosed.accept(end);
    }
}
