// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import static io.portunus.deploy.config.BadSettingException.inRange;
import static io.portunus.deploy.config.BadSettingException.require;

/// The API of operators.
///
/// @param secret which operators have to name; empty switches the API off
/// @param tls whether it is spoken over https and wss only, with the certificate of `tls`
public record AdminConfig(
        String secret,
        String address,
        int httpPort,
        int websocketPort,
        String basePath,
        boolean tls) {
    public AdminConfig {
        inRange("admin.http_port", httpPort, 0, 65_535);
        inRange("admin.websocket_port", websocketPort, 0, 65_535);
        require(
                HttpConfig.BASE_PATH.matcher(basePath).matches(),
                "admin.base_path is '" + basePath + "', but must be a path such as /admin");
    }

    public boolean isOn() {
        return !secret.isEmpty();
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "AdminConfig[address=" + address + ", httpPort=" + httpPort + "]";
    }
}
