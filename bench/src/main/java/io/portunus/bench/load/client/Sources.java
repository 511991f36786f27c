// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// All streams that are published in a run, by number. Thread-safe.
public final class Sources {
    private final AtomicReferenceArray<@Nullable OutgoingStream> streams;

    /// @param most how many there may be
    public Sources(int most) {
        streams = new AtomicReferenceArray<>(most);
    }

    public void add(OutgoingStream stream) {
        streams.set(stream.number(), stream);
    }

    @Nullable OutgoingStream find(int number) {
        return number < 0 || number >= streams.length() ? null : streams.get(number);
    }
}
