// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.MediaEvents;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.Shedding;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.Wakeup;
import io.portunus.core.time.WallClock;
import java.util.random.RandomGenerator;

/// What everything of the core that lives on one media loop shares.
///
/// @param memory where received packets lie
/// @param clock for NTP timestamps
/// @param fates counters of this loop
/// @param random for SSRCs and initial sequence numbers
/// @param events where to tell what happened
/// @param wakeup lowered by every [Peer] whose next deadline has become earlier, whichever packet
///   on whichever peer was the reason; [io.portunus.core.room.Rooms] clears it when it is due
/// @param thresholds from when on media that stops or gets lost is told of
/// @param shedding what is left out while the loop can't keep up
public record LoopContext(
        PacketMemory memory,
        WallClock clock,
        FateCounters fates,
        RandomGenerator random,
        MediaEvents events,
        Wakeup wakeup,
        LinkThresholds thresholds,
        Shedding shedding) {
    /// A context with a wake-up of its own and the default thresholds.
    public LoopContext(
            PacketMemory memory,
            WallClock clock,
            FateCounters fates,
            RandomGenerator random,
            MediaEvents events) {
        this(memory, clock, fates, random, events, new LinkThresholds());
    }

    /// A context with a wake-up of its own, in which nothing is left out yet.
    public LoopContext(
            PacketMemory memory,
            WallClock clock,
            FateCounters fates,
            RandomGenerator random,
            MediaEvents events,
            LinkThresholds thresholds) {
        this(memory, clock, fates, random, events, thresholds, new Shedding());
    }

    /// A context with a wake-up of its own.
    public LoopContext(
            PacketMemory memory,
            WallClock clock,
            FateCounters fates,
            RandomGenerator random,
            MediaEvents events,
            LinkThresholds thresholds,
            Shedding shedding) {
        this(memory, clock, fates, random, events, new Wakeup(), thresholds, shedding);
    }
}
