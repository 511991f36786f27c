// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.MediaKind;

/// What a media loop that cannot keep up leaves out, so that the rest is on time: whole streams of
/// some subscribers rather than packets of all, video before audio. Told by measurement how the
/// loop does, a few times a second. Confined to its media loop.
///
/// The order is one number, the *level*, from 0, nothing, over all video to all audio. It rises
/// fast while packets wait, and falls by what the time left over has room for.
public final class Shedding {
    /// Streams are shed in so many parts; each has its own place among them for ever.
    public static final int PARTS = 64;

    private static final int MOST = 2 * PARTS;

    /// Packets that wait longer have met a loop that can't keep up …
    static final long LATE_NANOS = 20_000_000;

    /// … and from here on by far.
    static final long VERY_LATE_NANOS = 100_000_000;

    /// With less, nothing waits for long: the burst of a frame for many takes some milliseconds.
    static final long ON_TIME_NANOS = 15_000_000;

    /// A loop that works less has time: what waits there waits for a processor that others have.
    static final int BUSY_PERMILLE = 800;

    /// A loop that sends less in the time of one measurement is kept busy by something else, such
    /// as its own start.
    static final int LEAST_SENT = 500;

    private static final int STEP = 2;
    private static final int LARGE_STEP = 6;

    /// In thousandths of the loop's time: as busy as it should be at most.
    static final int TARGET_PERMILLE = 950;

    /// Below that there is room for more of what was left out.
    static final int ROOM_PERMILLE = 920;

    /// From here on, for so many measurements in a row, nobody new is let in …
    static final int FULL_PERMILLE = 930;

    static final int FULL_MEASUREMENTS = 8;

    /// … until it is less than that …
    static final int NOT_FULL_PERMILLE = 850;

    /// … or has been less than full for so many, with everything on time.
    static final int ON_TIME_MEASUREMENTS = 40;

    /// So many calm measurements come before anything is taken back.
    private static final int CALM = 2;

    private int level;
    private int calm;
    private long lastDelayNanos;
    private int fullMeasurements;
    private int onTime;
    private boolean full;

    /// How the loop did since the last time; to be told about four times a second.
    ///
    /// @param delayNanos how long packets waited lately until what came of them was sent
    /// @param loadPermille what part of its time the loop worked, in thousandths
    /// @param sent how many packets it has sent
    /// @param lost how many packets found no room in a socket's buffer: where that is small, none
    ///   waits for long, and what is lost is anybody's
    public void onMeasured(long delayNanos, int loadPermille, long sent, long lost) {
        var busy = sent >= LEAST_SENT;
        var growing = delayNanos >= lastDelayNanos || lost > 0;
        lastDelayNanos = delayNanos;
        if (busy && (delayNanos > LATE_NANOS || lost > 0) && loadPermille >= BUSY_PERMILLE) {
            calm = 0;
            full = true;
            onTime = 0;
            // What waits already goes on waiting for a while when enough is left out.
            if (growing || level == 0) {
                level = Math.min(MOST, level + (delayNanos > VERY_LATE_NANOS ? LARGE_STEP : STEP));
            }
            return;
        }
        if (delayNanos < ON_TIME_NANOS && loadPermille < ROOM_PERMILLE && level > 0) {
            if (++calm >= CALM) {
                calm = 0;
                takeBack(loadPermille);
            }
        } else {
            calm = 0;
        }
        letIn(busy, loadPermille);
    }

    /// One hiccup is forgotten after a while, even where the loop has not much time to spare.
    private void letIn(boolean busy, int loadPermille) {
        var near = busy && loadPermille >= FULL_PERMILLE;
        fullMeasurements = near ? fullMeasurements + 1 : 0;
        onTime = near || level > 0 ? 0 : onTime + 1;
        if (fullMeasurements >= FULL_MEASUREMENTS) {
            full = true;
        } else if (level == 0
                && (!busy || loadPermille < NOT_FULL_PERMILLE || onTime >= ON_TIME_MEASUREMENTS)) {
            full = false;
        }
    }

    /// As far as what is sent now, and its cost, say that there is room; half of it at once. That
    /// is of the video alone: sound costs little, so that where only sound is left, its cost says
    /// nothing, and the first of the video comes back bit by bit.
    private void takeBack(int loadPermille) {
        var sent = PARTS - level;
        if (sent <= 0) {
            level = Math.max(level - LARGE_STEP, PARTS - STEP);
            return;
        }
        var affordable = Math.min(PARTS, (long) sent * TARGET_PERMILLE / Math.max(1, loadPermille));
        level = Math.max(0, level - Math.max(1, (int) (affordable - sent) / 2));
    }

    /// Whether a stream of this kind is left out for now.
    ///
    /// @param part its place, from 0 to [#PARTS]` - 1`
    public boolean sheds(MediaKind kind, int part) {
        var here = kind == MediaKind.VIDEO ? level : level - PARTS;
        return part < here;
    }

    /// What is left out: 0 for nothing, 64 for all video, 128 for everything.
    public int level() {
        return level;
    }

    /// Whether there is no room for anybody new.
    public boolean isFull() {
        return full;
    }
}
