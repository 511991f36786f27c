// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// How far ICE has come for one PeerConnection, under the names that the API knows.
public enum IceState {
    /// The client's SDP has not come yet.
    DISCONNECTED,
    /// The client's SDP has come, and no check has proven an address of its.
    CONNECTING,
    /// An address of the client's is known to work, and is used.
    CONNECTED,
    /// The client was silent for too long, or never came.
    FAILED
}
