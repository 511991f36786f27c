// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// How far DTLS has come for one PeerConnection, under the names that the API knows.
public enum DtlsState {
    /// The handshake has not begun.
    CREATED,
    /// The handshake is under way.
    TRYING,
    CONNECTED,
    FAILED
}
