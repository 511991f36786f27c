// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.MediaKind;

/// What a media loop that cannot keep up leaves out, so that the rest is on time: whole streams of
/// some subscribers rather than packets of all, video before audio. Told by measurement how the
/// loop does, a few times a second. Confined to its media loop.
///
/// The order is one number, the *level*, from 0, nothing, over all video to all audio. It rises
/// fast while packets wait. What it had gone too far comes back soon; below that it feels its way,
/// in steps that grow as long as all goes well. How busy the loop is does not say how much there is
/// room for: one whose processor is shared or rationed is idle up to the end. And a loop that has
/// stood still for a moment may have room for all it had before.
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

    /// If the delay has grown by so much, too little was left out.
    private static final long GROWTH_NANOS = 5_000_000;

    /// After so many measurements the delay should fall, by a fifth each time, or more is left out.
    private static final int PATIENCE = 2;

    private static final double FALLING = 0.8;
    private static final int STEP = 2;
    private static final int LARGE_STEP = 6;

    /// In thousandths of the loop's time: below that there may be room for more of what was left
    /// out.
    static final int ROOM_PERMILLE = 920;

    /// So many calm measurements come before something more is tried; after each trial in a row
    /// that failed twice as many.
    static final int TRY = 4;

    private static final int RAREST_TRY = 8;
    private static final int LARGEST_TRY = 4;

    /// What is late when all has been in time for so many measurements, and nothing was tried in
    /// them, was held up by something else: what was left out till then was enough.
    private static final int SETTLED = 4;

    /// A loop that works less than that, and hardly sends, need not feel its way for long.
    private static final int IDLE_PERMILLE = 500;

    private final Admission admission = new Admission();
    private int level;
    private int lateLevel;
    private int nextTry = 1;
    private int triesAfter = TRY;
    private boolean trying;
    private int calm;
    private int inTime;
    private boolean late;
    private boolean heldUp;
    private long lastDelayNanos;
    private int sinceRaised;

    /// How the loop did since the last time; to be told about four times a second.
    ///
    /// @param delayNanos how long packets waited lately until what came of them was sent
    /// @param loadPermille what part of its time the loop worked, in thousandths
    /// @param sent how many packets it has sent
    /// @param lost how many packets found no room in a socket's buffer: where that is small, none
    ///   waits for long, and what is lost is anybody's
    public void onMeasured(long delayNanos, int loadPermille, long sent, long lost) {
        var busy = sent >= LEAST_SENT;
        var grown = delayNanos - lastDelayNanos;
        var falls = delayNanos <= FALLING * lastDelayNanos;
        lastDelayNanos = delayNanos;
        sinceRaised++;
        if (busy && (delayNanos > LATE_NANOS || lost > 0) && loadPermille >= BUSY_PERMILLE) {
            calm = 0;
            admission.onLate();
            onLate();
            if (!heldUp && (grown >= GROWTH_NANOS || lost > 0)) {
                lateLevel = level;
            }
            // What waits already goes on waiting for a while when enough is left out.
            if (grown >= 0 || lost > 0 || (!falls && sinceRaised >= PATIENCE) || level == 0) {
                sinceRaised = 0;
                level = Math.min(MOST, level + (delayNanos > VERY_LATE_NANOS ? LARGE_STEP : STEP));
            }
            return;
        }
        inTime++;
        if (delayNanos < ON_TIME_NANOS && loadPermille < ROOM_PERMILLE) {
            late = false;
            calm++;
            takeBack(!busy && loadPermille < IDLE_PERMILLE);
        } else {
            calm = 0;
        }
        admission.onMeasured(busy, loadPermille, level > 0);
        if (admission.isCalm()) {
            trying = false;
            triesAfter = TRY;
        }
    }

    private void onLate() {
        if (!late) {
            late = true;
            heldUp = inTime >= SETTLED;
            if (trying && !heldUp) {
                triesAfter = Math.min(2 * triesAfter, RAREST_TRY);
            }
            trying = false;
        }
        inTime = 0;
        nextTry = 1;
    }

    /// Half of what has been left out beyond what was too little, until only the least of that
    /// remains; from there on by trial. The first of the video after all the sound is a trial of
    /// its own, since the sound cost little.
    private void takeBack(boolean idle) {
        var beyond = level - lateLevel - 1;
        if (level > 0 && beyond > 0) {
            calm = 0;
            level -= (beyond + 1) / 2;
        } else if (level > 0 && (idle || calm >= triesAfter)) {
            calm = 0;
            triesAfter = trying ? TRY : triesAfter;
            trying = true;
            inTime = 0;
            var least = level > PARTS ? PARTS : 0;
            level = Math.max(least, level - nextTry);
            nextTry = level == PARTS ? 1 : Math.min(2 * nextTry, LARGEST_TRY);
            lateLevel = Math.max(0, level - 1);
        }
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
        return admission.isFull();
    }
}
