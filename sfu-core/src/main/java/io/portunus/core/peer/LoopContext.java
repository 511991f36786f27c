// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.MediaEvents;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.WallClock;
import java.util.random.RandomGenerator;

/// What everything of the core that lives on one media loop shares.
///
/// @param memory where received packets lie
/// @param clock for NTP timestamps
/// @param fates counters of this loop
/// @param random for SSRCs and initial sequence numbers
/// @param events where to tell what happened
public record LoopContext(
        PacketMemory memory,
        WallClock clock,
        FateCounters fates,
        RandomGenerator random,
        MediaEvents events) {}
