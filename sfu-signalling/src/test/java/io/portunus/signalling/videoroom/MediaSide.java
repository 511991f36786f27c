// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.DtlsState;
import io.portunus.core.door.IceState;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.MediaCommand;
import io.portunus.core.door.MediaDoor;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.NetworkPath;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.PeerReport;
import io.portunus.core.door.Refusal;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.peer.Peer;
import io.portunus.core.peer.PeerTransport;
import io.portunus.core.room.RoomGauges;
import io.portunus.core.room.Rooms;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.testkit.RecordingTransport;
import io.portunus.core.time.WallClock;
import io.portunus.signalling.media.SignallingLoop;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The media side with the real rooms of the core and connections that only pretend: they connect
/// and end when the test says so. Every command takes effect a turn of the loop later.
final class MediaSide implements MediaDoor {
    private final SignallingLoop loop;
    private final Map<PeerId, Connection> connections = new LinkedHashMap<>();
    private final Rooms rooms;

    /// Where every client is.
    private static final NetworkPath PATH =
            new NetworkPath("127.0.0.1", 10_000, "192.0.2.1", 50_000);

    private MediaEvents told = _ -> {};
    private final List<RoomCommand.Relay> relays = new ArrayList<>();
    private final List<RoomCommand.LimitBitrate> limits = new ArrayList<>();
    private final List<Boolean> pauses = new ArrayList<>();
    private final List<RoomCommand.PlayoutDelay> delays = new ArrayList<>();
    private boolean full;
    private boolean faulty;
    private int restarts;

    MediaSide(SignallingLoop loop) {
        this.loop = loop;
        rooms =
                new Rooms(
                        new LoopContext(
                                new PacketMemory(
                                        MemorySegment.ofArray(
                                                new byte[64 * PacketMemory.SLOT_BYTES])),
                                new WallClock(0, 0),
                                new FateCounters(),
                                new Random(1),
                                this::tell),
                        (where, fault) -> {
                            throw new AssertionError("a fault in " + where, fault);
                        });
    }

    void tellTo(MediaEvents events) {
        told = events;
    }

    /// From now on the door refuses everything, or takes it again.
    void full(boolean on) {
        full = on;
    }

    /// From now on the door has a fault, or is mended.
    void faulty(boolean on) {
        faulty = on;
    }

    /// DTLS is done on every connection whose client has been accepted.
    void connectAll() {
        for (var connection : List.copyOf(connections.values())) {
            if (connection.accepted && !connection.connected) {
                connection.connected = true;
                connection.tellIfWatched(
                        new PeerEvent.IceChanged(connection.id, IceState.CONNECTED));
                connection.tellIfWatched(new PeerEvent.PathSelected(connection.id, PATH));
                connection.tellIfWatched(
                        new PeerEvent.DtlsChanged(connection.id, DtlsState.TRYING));
                connection.peer().onConnected(loop.nowNanos());
                connection.tellIfWatched(
                        new PeerEvent.DtlsChanged(connection.id, DtlsState.CONNECTED));
                tell(new PeerEvent.Connected(connection.id));
            }
        }
    }

    /// The newest connection ends by itself.
    void endNewest(PeerEnd end) {
        var all = new ArrayList<>(connections.values());
        all.getLast().end(end);
    }

    /// One of the connections, any, ends by itself.
    void endOne(int which, PeerEnd end) {
        var all = new ArrayList<>(connections.values());
        if (!all.isEmpty()) {
            all.get(which % all.size()).end(end);
        }
    }

    /// Packets of the newest connection get lost.
    ///
    /// @param uplink whether the client reports losing what we sent
    void loseOnNewest(String mid, MediaKind kind, boolean uplink, int lost) {
        var newest = new ArrayList<>(connections.keySet()).getLast();
        tell(new PeerEvent.SlowLink(newest, mid, kind, uplink, lost));
    }

    /// Everything that was asked about relaying streams, oldest first.
    List<RoomCommand.Relay> relays() {
        return relays;
    }

    /// Every playout delay that was set, oldest first.
    List<RoomCommand.PlayoutDelay> delays() {
        return delays;
    }

    /// Every pause and resumption of a subscriber, oldest first.
    List<Boolean> pauses() {
        return pauses;
    }

    /// Every limit that a publisher was to be told, oldest first.
    List<RoomCommand.LimitBitrate> limits() {
        return limits;
    }

    /// How many rooms the media side holds.
    long roomCount() {
        return rooms.gauges().get(RoomGauges.Gauge.ROOMS);
    }

    int connections() {
        return connections.size();
    }

    @Override
    public int loops() {
        return 1;
    }

    @Override
    public int leastLoadedLoop() {
        return 0;
    }

    @Override
    public boolean send(int on, MediaCommand command) {
        if (faulty) {
            throw new IllegalStateException("planted");
        }
        return !full && loop.execute(() -> apply(command));
    }

    private void tell(MediaEvent event) {
        told.onEvent(event);
    }

    private void apply(MediaCommand command) {
        if (command instanceof RoomCommand.Relay relay) {
            relays.add(relay);
        } else if (command instanceof RoomCommand.LimitBitrate limit) {
            limits.add(limit);
        } else if (command instanceof RoomCommand.Pause pause) {
            pauses.add(pause.paused());
        } else if (command instanceof RoomCommand.PlayoutDelay delay) {
            delays.add(delay);
        }
        switch (command) {
            case RoomCommand about -> rooms.apply(about, loop.nowNanos());
            case LoopCommand about ->
                    throw new IllegalStateException("there is one loop: " + about);
            case PeerCommand.Open(var request, var id, var room) -> {
                var connection = new Connection(id);
                connection.peer = rooms.openPeer(id, room, connection, loop.nowNanos());
                if (connection.peer == null) {
                    tell(new PeerEvent.Refused(request, id, Refusal.NO_SUCH_ROOM));
                } else {
                    connections.put(id, connection);
                    tell(new PeerEvent.Opened(request, id, local()));
                }
            }
            case PeerCommand.Accept(_, var id, _) -> {
                var connection = connections.get(id);
                if (connection != null) {
                    connection.accepted = true;
                    connection.tellIfWatched(new PeerEvent.IceChanged(id, IceState.CONNECTING));
                }
            }
            case PeerCommand.RestartIce(var request, var id) -> {
                restarts++;
                tell(new PeerEvent.Opened(request, id, local()));
            }
            case PeerCommand.Probe(var request, var id) ->
                    tell(new PeerEvent.Heard(request, id, Long.MAX_VALUE));
            case PeerCommand.Watch(_, var id) -> {
                var connection = connections.get(id);
                if (connection != null) {
                    connection.watched = true;
                }
            }
            case PeerCommand.Inspect(var request, var id) -> inspect(request, id);
            case PeerCommand.Close(_, var id, var end) -> {
                var connection = connections.get(id);
                if (connection != null) {
                    connection.end(end);
                }
            }
        }
        endWhatIsAskedTo();
    }

    private void endWhatIsAskedTo() {
        for (var connection : List.copyOf(connections.values())) {
            var end = connection.asked;
            if (end != null) {
                connection.end(end);
            }
        }
    }

    private void inspect(long request, PeerId id) {
        var connection = connections.get(id);
        if (connection == null) {
            tell(new PeerEvent.Refused(request, id, Refusal.NO_SUCH_PEER));
            return;
        }
        var on = connection.connected;
        var transport =
                new PeerReport.Transport(
                        on ? IceState.CONNECTED : IceState.CONNECTING,
                        on ? PATH : null,
                        on ? 1 : PeerReport.Transport.NOT_YET,
                        on ? DtlsState.CONNECTED : DtlsState.CREATED,
                        false,
                        "sha-256 AA:BB",
                        on ? "AEAD_AES_128_GCM" : "",
                        on ? 2 : PeerReport.Transport.NOT_YET,
                        on ? 3 : PeerReport.Transport.NOT_YET,
                        0);
        tell(
                new PeerEvent.Inspected(
                        request,
                        id,
                        new PeerReport(loop.nowNanos(), transport, connection.peer().report())));
    }

    private LocalTransport local() {
        return new LocalTransport(
                "ufrag" + restarts,
                "passwordpasswordpassword",
                "AA:BB",
                List.of(new LocalTransport.Candidate("1", 1, "127.0.0.1", 10_000)));
    }

    private final class Connection implements PeerTransport {
        private final PeerId id;
        private final RecordingTransport sent = new RecordingTransport();
        private @Nullable Peer peer;
        private @Nullable PeerEnd asked;
        private boolean accepted;
        private boolean connected;
        private boolean watched;

        Connection(PeerId id) {
            this.id = id;
        }

        Peer peer() {
            if (peer == null) {
                throw new IllegalStateException("the connection was refused");
            }
            return peer;
        }

        void tellIfWatched(PeerEvent event) {
            if (watched) {
                tell(event);
            }
        }

        void end(PeerEnd end) {
            if (connections.remove(id) != null) {
                peer().onClosed(end, loop.nowNanos());
                tell(new PeerEvent.Closed(id, end));
            }
        }

        @Override
        public Egress egress() {
            return sent.egress();
        }

        @Override
        public void close(PeerEnd end) {
            if (asked == null) {
                asked = end;
            }
        }
    }
}
