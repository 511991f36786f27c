// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// What the core API needs to know.
///
/// @param sessionTimeoutSeconds an unused session ends after so long; 0 never
/// @param reclaimSessionTimeoutSeconds how long a session outlives its connection; 0 not at all
/// @param apiSecret what each request must carry as `apisecret`; empty for nothing
/// @param serverName for `info`
/// @param version our own version, for `info`
public record GatewaySettings(
        int sessionTimeoutSeconds,
        int reclaimSessionTimeoutSeconds,
        String apiSecret,
        String serverName,
        String version) {
    /// What Janus operators are used to.
    public static GatewaySettings defaults() {
        return new GatewaySettings(60, 0, "", "Portunus", "0");
    }
}
