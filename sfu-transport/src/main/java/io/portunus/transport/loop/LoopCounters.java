// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.fate.FateCounters;
import io.portunus.core.room.RoomGauges;
import io.portunus.transport.udp.DelayHistogram;
import io.portunus.transport.udp.SendCounters;
import io.portunus.transport.udp.SocketKind;

/// What there is to measure of one media loop. The counters go on counting; the rest was so when it
/// was asked for.
///
/// @param fates what became of its packets
/// @param sends how it sends them
/// @param delays how long packets take
/// @param rooms how much there is in its rooms; goes on counting too
/// @param waitingCommands how many commands the loop has not yet looked at
/// @param lastTurnNanos when the loop last did anything, by [System#nanoTime]; more than a few
///   seconds ago means that it is stuck
/// @param sendsRuns whether equal-sized datagrams for one destination go as one message
/// @param cipherProvider what encrypts the media
/// @param loadPermille what part of its time the loop worked lately, in thousandths
/// @param overload what it does about having too much to do; goes on changing
public record LoopCounters(
        int loop,
        FateCounters fates,
        SendCounters sends,
        DelayHistogram delays,
        RoomGauges rooms,
        int peers,
        int waitingCommands,
        long lastTurnNanos,
        SocketKind sockets,
        boolean sendsRuns,
        String cipherProvider,
        int loadPermille,
        LoopOverload overload) {}
