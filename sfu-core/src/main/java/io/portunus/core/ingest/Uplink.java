// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.Wakeup;

/// What all inbound tracks of one connection share.
///
/// @param cname the canonical name under which they go out, one for all (RFC 3550 §6.5.1)
public record Uplink(
        PacketMemory memory,
        FateCounters fates,
        Wakeup wakeup,
        UplinkFeedback feedback,
        PublisherClock clock,
        String cname) {}
