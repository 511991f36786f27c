// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.peer.LinkThresholds;
import java.util.Map;
import java.util.function.Supplier;

/// What operators may see and change of the server besides its sessions.
///
/// @param links when clients are told of media that stops or gets lost
/// @param log how much is logged
/// @param transports what each carrier of the API tells of itself, by package name; asked on the
///   signalling loop
/// @param eventHandlers what each receiver of events tells of itself, by name; likewise
public record Controls(
        LinkThresholds links,
        LogControl log,
        Map<String, Supplier<ObjectNode>> transports,
        Map<String, Supplier<ObjectNode>> eventHandlers) {
    public Controls {
        transports = Map.copyOf(transports);
        eventHandlers = Map.copyOf(eventHandlers);
    }

    /// How much is logged, in the API's levels: 0 nothing, 1 and 2 errors, 3 warnings, 4 what
    /// happens, 5 and more also why.
    public interface LogControl {
        /// From 0 to 7.
        int level();

        /// @param level from 0 to 7
        void level(int level);
    }
}
