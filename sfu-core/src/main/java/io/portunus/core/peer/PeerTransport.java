// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import io.portunus.core.door.PeerEnd;

/// What the core asks of one PeerConnection's transport. Implemented by transport; confined to the
/// media loop.
public interface PeerTransport {
    /// Where packets to this client go.
    Egress egress();

    /// Ends the connection. Takes effect when the call that the core is in has returned: then the
    /// transport says goodbye to the client, calls [Peer#onClosed] and reports the end.
    void close(PeerEnd end);
}
