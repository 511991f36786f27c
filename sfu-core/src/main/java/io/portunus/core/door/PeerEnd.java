// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Why a PeerConnection ended, with the text that the API's `hangup` event carries.
public enum PeerEnd {
    HANGUP_ASKED("Janus API"),
    CLOSED_BY_PLUGIN("Close PC"),
    DETACHED("Detach"),
    DTLS_CLOSED("DTLS alert"),
    DTLS_TIMEOUT("DTLS timeout"),
    DTLS_FAILED("DTLS error"),
    ICE_FAILED("ICE failed"),
    FAULT("Internal error"),
    SERVER_STOPPING("Server stopping"),
    /// By the admin API.
    OPERATOR("Admin API");

    private final String apiReason;

    PeerEnd(String apiReason) {
        this.apiReason = apiReason;
    }

    public String apiReason() {
        return apiReason;
    }
}
