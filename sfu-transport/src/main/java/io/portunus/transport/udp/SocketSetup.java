// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.netty.channel.IoEventLoop;
import io.portunus.core.fate.FateCounters;

/// What all sockets of one media loop have in common.
///
/// @param loop the event loop that watches them
/// @param egress what they send out of
/// @param fates where they count what became of datagrams
/// @param counters where they count how they sent them
/// @param delays where they count how long packets take
/// @param receiveBufferBytes what to ask the system for, for each
/// @param sendBufferBytes what to ask the system for, for each
/// @param segmentation whether to let the system cut runs of datagrams apart, where it can
public record SocketSetup(
        IoEventLoop loop,
        EgressMemory egress,
        FateCounters fates,
        SendCounters counters,
        DelayHistogram delays,
        int receiveBufferBytes,
        int sendBufferBytes,
        boolean segmentation) {}
