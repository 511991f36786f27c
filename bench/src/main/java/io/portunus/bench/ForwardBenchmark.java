// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench;

import io.portunus.core.codec.Codec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// One publisher's packet from plaintext in to the plaintext of all its subscribers, which a sink
/// then forgets: all that the core does, without cipher and socket.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForwardBenchmark {
    @Param({"VP8", "OPUS"})
    Codec codec = Codec.VP8;

    @Param({"1", "10", "50", "200"})
    int subscribers = 1;

    private final NullSink sink = new NullSink();
    private FanOut packets = new FanOut(codec, 0, _ -> sink);

    /// Connects the publisher and its subscribers.
    @Setup
    public void setUp() {
        packets = new FanOut(codec, subscribers, _ -> sink);
    }

    /// One packet to all subscribers.
    @Benchmark
    public long forward() {
        packets.next();
        return sink.sent();
    }

    long sent() {
        return sink.sent();
    }
}
