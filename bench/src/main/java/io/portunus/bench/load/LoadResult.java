// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run has measured. Times are in microseconds; processor time is that of the server's
/// process, for each packet that reached a receiver. What is not known is null.
///
/// @param profileIn the SRTP profile of the publishers' connections
/// @param profileOut that of the subscribers'
/// @param expectedOut how many packets receivers were to get
/// @param worstReceiverRatio the delivered ratio of the receiver who got least
/// @param packetsPerSendCall by the server's own counters
/// @param serverCores how much of a processor the server used
/// @param generatorCores how much of a processor this generator used
/// @param lag how late the generator itself was
/// @param checked payloads that were compared with what was sent
/// @param recovered packets that came as a retransmission
/// @param shifted times that a server's sequence numbers jumped against the publisher's
/// @param voidBecause why the run says nothing; empty for one that does
@JsonPropertyOrder({"workload", "server"})
public record LoadResult(
        Workload workload,
        String server,
        String profileIn,
        String profileOut,
        long packetsIn,
        long packetsOut,
        long expectedOut,
        double deliveredRatio,
        double worstReceiverRatio,
        @Nullable Double cpuMicrosPerPacket,
        @Nullable Double cpuUserMicrosPerPacket,
        @Nullable Double cpuSystemMicrosPerPacket,
        @Nullable Double serverCores,
        @Nullable Double packetsPerSendCall,
        @Nullable Double residentMebibytes,
        Percentiles delay,
        Percentiles lag,
        double generatorCores,
        long checked,
        long notAsSent,
        long duplicates,
        long recovered,
        long nacked,
        long lostOnPurpose,
        long shifted,
        long keyFramesAsked,
        long roleConflicts,
        List<String> voidBecause) {
    public LoadResult {
        voidBecause = List.copyOf(voidBecause);
    }

    /// Of a distribution, in microseconds.
    public record Percentiles(double p50, double p99, double p999, double max) {}

    boolean isVoid() {
        return !voidBecause.isEmpty();
    }
}
