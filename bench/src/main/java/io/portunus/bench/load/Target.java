// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.transport.srtp.SrtpProfile;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The server that is measured and how it is spoken to.
///
/// @param name for the reader
/// @param api where it speaks the Janus API over WebSocket
/// @param pid its process on this machine, or 0 if it is not to be looked at
/// @param metrics where it tells its counters, if it does
/// @param profiles what is offered for SRTP, best first
public record Target(
        String name, URI api, long pid, @Nullable URI metrics, List<SrtpProfile> profiles) {
    public Target {
        profiles = List.copyOf(profiles);
    }

    /// The same with other SRTP profiles.
    Target with(List<SrtpProfile> others) {
        return new Target(name, api, pid, metrics, others);
    }
}
