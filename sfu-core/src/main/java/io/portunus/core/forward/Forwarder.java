// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.fate.FateCounters;
import java.util.Arrays;

/// Hands each packet of one published track to all that want it. Allocates nothing per packet.
/// Confined to its media loop.
public final class Forwarder {
    /// After so long much of what was near is not.
    private static final long COLD_NANOS = 2_000_000;

    /// So few are done sooner than looked at.
    private static final int MANY = 4;

    private final FateCounters fates;
    private final Runnable whenChanged;
    private ForwardSink[] sinks = {};
    private long lastNanos = Long.MIN_VALUE / 2;

    /// Kept, so that it has to be read.
    private int touched;

    public Forwarder(FateCounters fates) {
        this(fates, () -> {});
    }

    /// @param whenChanged called when a sink has come or gone
    public Forwarder(FateCounters fates, Runnable whenChanged) {
        this.fates = fates;
        this.whenChanged = whenChanged;
    }

    /// The first packet after a while finds what belongs to its subscribers far away, in memory
    /// that others have used meanwhile. Looking at all of it before makes that come at the same
    /// time, not piece after piece.
    public void onPacket(TrackPacket packet, long nowNanos) {
        if (nowNanos - lastNanos >= COLD_NANOS && sinks.length >= MANY) {
            touchAll();
        }
        lastNanos = nowNanos;
        for (var sink : sinks) {
            fates.count(sink.onPacket(packet, nowNanos));
        }
    }

    private void touchAll() {
        var sum = touched;
        for (var sink : sinks) {
            sum += sink.touch();
        }
        touched = sum;
    }

    /// What was read so far to bring it near; says only whether anything was.
    int touched() {
        return touched;
    }

    /// A packet number that carries nothing.
    public void onSkipped(int epoch, long index, long nowNanos) {
        for (var sink : sinks) {
            sink.onSkipped(epoch, index, nowNanos);
        }
    }

    /// Rare next to [#onPacket], so it pays for the copy that keeps the loop above an array walk.
    /// Adding what is there already changes nothing.
    public void add(ForwardSink sink) {
        if (indexOf(sink) < 0) {
            var grown = Arrays.copyOf(sinks, sinks.length + 1);
            grown[sinks.length] = sink;
            sinks = grown;
            whenChanged.run();
        }
    }

    public void remove(ForwardSink sink) {
        var at = indexOf(sink);
        if (at >= 0) {
            var shrunk = Arrays.copyOf(sinks, sinks.length - 1);
            System.arraycopy(sinks, at + 1, shrunk, at, shrunk.length - at);
            sinks = shrunk;
            whenChanged.run();
        }
    }

    public int size() {
        return sinks.length;
    }

    private int indexOf(ForwardSink sink) {
        for (var i = 0; i < sinks.length; i++) {
            if (sinks[i].equals(sink)) {
                return i;
            }
        }
        return -1;
    }
}
