// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.fate.FateCounters;
import io.portunus.core.room.RoomGauges;
import io.portunus.transport.udp.SocketKind;

/// What there is to measure of one media loop. The fates go on counting; the rest was so when it
/// was asked for.
///
/// @param rooms how much there is in its rooms; goes on counting too
/// @param waitingCommands how many commands the loop has not yet looked at
/// @param lastTurnNanos when the loop last did anything, by [System#nanoTime]; more than a few
///   seconds ago means that it is stuck
/// @param cipherProvider what encrypts the media
public record LoopCounters(
        int loop,
        FateCounters fates,
        RoomGauges rooms,
        int peers,
        int waitingCommands,
        long lastTurnNanos,
        SocketKind sockets,
        String cipherProvider) {}
