// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run has measured. Times are in microseconds; what is not known is null.
///
/// @param profileIn the SRTP profile of the publishers' connections
/// @param profileOut that of the receivers'
/// @param delay from when a packet was to be sent until it arrived
/// @param within how much of that packets were in the server, by its own clock
/// @param voidBecause why the run says nothing; empty for one that does
public record LoadResult(
        Workload workload,
        String server,
        String profileIn,
        String profileOut,
        Packets packets,
        Cost cost,
        Percentiles delay,
        @Nullable Percentiles within,
        Generator generator,
        Events events,
        List<String> voidBecause) {
    public LoadResult {
        voidBecause = List.copyOf(voidBecause);
    }

    /// What came to the server and what left it within the window.
    ///
    /// @param expectedOut how many packets receivers were to get
    /// @param worstReceiverRatio the delivered ratio of the receiver who got least
    public record Packets(
            long in,
            long out,
            long expectedOut,
            double deliveredRatio,
            double worstReceiverRatio) {}

    /// What the server's process used, for each packet that reached a receiver.
    ///
    /// @param cores how much of a processor it used
    /// @param packetsPerSendCall by the server's own counters
    public record Cost(
            @Nullable Double cpuMicrosPerPacket,
            @Nullable Double cpuUserMicrosPerPacket,
            @Nullable Double cpuSystemMicrosPerPacket,
            @Nullable Double cores,
            @Nullable Double packetsPerSendCall,
            @Nullable Double residentMebibytes) {}

    /// Of this generator itself.
    ///
    /// @param lag how late it sent
    /// @param cores how much of a processor it used
    public record Generator(Percentiles lag, double cores) {}

    /// What happened since the run began.
    ///
    /// @param payloadsChecked how many payloads were compared with what was sent
    /// @param recovered packets that came as a retransmission
    /// @param shifted times that a server's sequence numbers jumped against the publisher's
    /// @param keyFramesAsked how often publishers were asked for a key frame
    public record Events(
            long payloadsChecked,
            long payloadsNotAsSent,
            long duplicates,
            long nacked,
            long recovered,
            long lostOnPurpose,
            long shifted,
            long keyFramesAsked,
            long roleConflicts) {}

    /// Of a distribution.
    public record Percentiles(double p50, double p99, double p999, double max) {}

    boolean isVoid() {
        return !voidBecause.isEmpty();
    }
}
