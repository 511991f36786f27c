// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.server;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A server that runs and where it can be reached.
///
/// @param metrics where it tells its counters, if it does
public record StartedServer(String name, ServerProcess process, URI api, @Nullable URI metrics)
        implements AutoCloseable {
    @Override
    public void close() {
        process.close();
    }
}
