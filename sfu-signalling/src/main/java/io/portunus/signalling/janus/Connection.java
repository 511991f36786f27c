// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerReport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The PeerConnection of a handle, as operators see it. Used on the signalling loop.
public interface Connection {
    /// How clients reach us; empty before it is opened.
    LocalTransport ours();

    /// Asks how it does.
    ///
    /// @param answer called exactly once, later or at once; with null where nobody can say
    void inspect(Consumer<@Nullable PeerReport> answer);
}
