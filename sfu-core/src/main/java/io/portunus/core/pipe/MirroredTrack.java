// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.pipe;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.LoopCommand;
import io.portunus.core.door.RoomId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.Forwarder;
import io.portunus.core.ingest.PacketHistory;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.RtpPacket;
import io.portunus.core.time.Deadlines;
import io.portunus.core.time.Wakeup;
import org.jspecify.annotations.Nullable;

/// A track that another media loop receives, as the subscribers on this one see it: fans its
/// packets out, answers their retransmissions, and brings what they ask of the publisher back to
/// the room's home, once for all of them. Packets come only while somebody subscribes. Confined to
/// its media loop.
public final class MirroredTrack implements ForwardSource {
    /// Nobody subscribes, so nothing is to be sent here.
    public static final long NO_CHANNEL = 0;

    /// The home itself brings requests for key frames together; this only keeps a crowd of
    /// subscribers from filling its queue.
    static final long LEAST_BETWEEN_REQUESTS_NANOS = 2_000_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /// Tells the room's home what is wanted of a track.
    @FunctionalInterface
    public interface Home {
        /// @param channel where its packets are to go, or [#NO_CHANNEL]
        void demand(long track, long channel, boolean keyFrame);
    }

    private final RoomId room;
    private final Mirrors mirrors;
    private final Home home;
    private final Wakeup wakeup;
    private final long id;
    private final String mid;
    private final Codec codec;
    private final String cname;
    private final Forwarder forwarder;
    private ExtensionMap extensions;
    private @Nullable PipeReader pipe;
    private @Nullable PacketHistory history;
    private long channel = NO_CHANNEL;
    private int epoch;
    private long newest = -1;
    private boolean clockKnown;
    private int clockTimestamp;
    private long clockNanos;
    private long earliestRequestNanos = Long.MIN_VALUE;
    private boolean keyFrameWanted;
    private boolean ended;
    private long newestWhenWanted = -1;

    /// @param wakeup lowered when a request has to wait
    public MirroredTrack(
            RoomId room,
            LoopCommand.Track told,
            Mirrors mirrors,
            Home home,
            FateCounters fates,
            Wakeup wakeup) {
        this.room = room;
        id = told.id();
        mid = told.mid();
        codec = told.codec();
        extensions = told.extensions();
        cname = told.cname();
        this.mirrors = mirrors;
        this.home = home;
        this.wakeup = wakeup;
        forwarder = new Forwarder(fates, this::onSinksChanged);
    }

    /// Whose room's track it is.
    public RoomId room() {
        return room;
    }

    /// Which of the home's tracks this is.
    public long id() {
        return id;
    }

    /// The publisher's section.
    public String mid() {
        return mid;
    }

    /// Where its packets come in, or [#NO_CHANNEL].
    public long channel() {
        return channel;
    }

    /// It was negotiated anew; what may have changed is taken over.
    public void onTold(LoopCommand.Track told) {
        extensions = told.extensions();
    }

    /// It is published no more: nothing comes here from now on, nor is asked for.
    public void end() {
        ended = true;
        if (channel != NO_CHANNEL) {
            mirrors.close(channel);
            channel = NO_CHANNEL;
            keyFrameWanted = false;
        }
    }

    private void onSinksChanged() {
        var wanted = forwarder.size() > 0;
        if (ended || wanted == (channel != NO_CHANNEL)) {
            return;
        }
        if (wanted) {
            // What came on an earlier channel ended somewhere; it cannot be gone on with.
            forget();
            channel = mirrors.open(this);
        } else {
            mirrors.close(channel);
            channel = NO_CHANNEL;
            keyFrameWanted = false;
        }
        home.demand(id, channel, false);
    }

    private void forget() {
        newest = -1;
        newestWhenWanted = -1;
        clockKnown = false;
        if (history != null) {
            history.clear();
        }
    }

    /// Takes what `from` stands at and hands it on.
    public void onPacket(PipeReader from, long nowNanos) {
        if (!from.equals(pipe)) {
            pipe = from;
            history = PacketHistory.of(from, kind());
        }
        if (from.epoch() != epoch) {
            epoch = from.epoch();
            forget();
        }
        if (from.isSkipped()) {
            newest = Math.max(newest, from.index());
            forwarder.onSkipped(from.epoch(), from.index(), nowNanos);
            return;
        }
        var packet = mirrors.packet();
        if (!from.read(packet)) {
            return;
        }
        keep(from, nowNanos);
        if (from.isKeptOnly()) {
            return;
        }
        packet.readExtensions(extensions);
        if (packet.frame().startsKeyFrame && packet.index() > newestWhenWanted) {
            // Whoever waits to be asked for has it already.
            keyFrameWanted = false;
        }
        clockKnown = from.hasClock();
        clockTimestamp = from.clock();
        clockNanos = from.sentNanos();
        forwarder.onPacket(packet, nowNanos);
    }

    private void keep(PipeReader from, long nowNanos) {
        var index = from.index();
        newest = Math.max(newest, index);
        if (history != null) {
            history.add(index, from.position(), Pipe.HEADER_BYTES, from.length(), nowNanos);
        }
    }

    private MediaKind kind() {
        return codec.kind();
    }

    @Override
    public Forwarder forwarder() {
        return forwarder;
    }

    @Override
    public Codec codec() {
        return codec;
    }

    @Override
    public ExtensionMap extensions() {
        return extensions;
    }

    @Override
    public void requestKeyFrame(long nowNanos) {
        if (kind() != MediaKind.VIDEO || channel == NO_CHANNEL) {
            return;
        }
        keyFrameWanted = true;
        newestWhenWanted = newest;
        act(nowNanos);
    }

    /// When [#onDeadline] wants to be called next, or [Deadlines#NEVER].
    public long nextDeadlineNanos() {
        return keyFrameWanted ? earliestRequestNanos : Deadlines.NEVER;
    }

    public void onDeadline(long nowNanos) {
        if (keyFrameWanted) {
            act(nowNanos);
        }
    }

    private void act(long nowNanos) {
        if (nowNanos < earliestRequestNanos) {
            wakeup.at(earliestRequestNanos);
            return;
        }
        keyFrameWanted = false;
        earliestRequestNanos = nowNanos + LEAST_BETWEEN_REQUESTS_NANOS;
        home.demand(id, channel, true);
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public long newestIndex(int epoch) {
        return epoch == this.epoch ? newest : -1;
    }

    @Override
    public boolean find(int epoch, long index, RtpPacket view, long nowNanos) {
        return epoch == this.epoch && history != null && history.find(index, view, nowNanos);
    }

    @Override
    public boolean hasClock() {
        return clockKnown;
    }

    @Override
    public int timestampAt(long nowNanos) {
        var elapsed = nowNanos - clockNanos;
        var seconds = Math.floorDiv(elapsed, NANOS_PER_SECOND);
        var rest = Math.floorMod(elapsed, NANOS_PER_SECOND);
        var rate = codec.clockRateHz();
        return clockTimestamp + (int) (seconds * rate + rest * rate / NANOS_PER_SECOND);
    }

    @Override
    public String cname() {
        return cname;
    }
}
