// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.MediaEvents;
import io.portunus.core.fate.FateCounters;
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
/// @param slowLinkThreshold packets lost within one second from which on
///   [io.portunus.core.door.PeerEvent.SlowLink] is told; 0 never
public record LoopContext(
        PacketMemory memory,
        WallClock clock,
        FateCounters fates,
        RandomGenerator random,
        MediaEvents events,
        Wakeup wakeup,
        int slowLinkThreshold) {
    /// A context with a wake-up of its own that never tells of slow links.
    public LoopContext(
            PacketMemory memory,
            WallClock clock,
            FateCounters fates,
            RandomGenerator random,
            MediaEvents events) {
        this(memory, clock, fates, random, events, new Wakeup(), 0);
    }
}
