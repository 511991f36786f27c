// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.events.Monitor;

/// What all handles have in common.
///
/// @param opaqueIdInApi whether messages about a handle name its `opaque_id`
/// @param fullTrickle whether clients that trickle are told our candidates by `trickle` events
/// @param descriptions where what was negotiated is kept
record HandleContext(
        Authenticator authenticator,
        Monitor monitor,
        boolean opaqueIdInApi,
        boolean fullTrickle,
        NegotiationLog.Room descriptions) {}
