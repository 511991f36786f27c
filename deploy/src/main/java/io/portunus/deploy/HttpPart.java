// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.deploy.config.HttpConfig;
import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.http.HttpSettings;
import io.portunus.signalling.rest.RestSettings;

/// The HTTP part of the settings in the terms of signalling.
final class HttpPart {
    private HttpPart() {}

    static RestSettings rest(HttpConfig config) {
        return new RestSettings(
                config.basePath(),
                config.pollSeconds(),
                config.vanishedSeconds(),
                config.allowOrigin(),
                config.enforceCors(),
                config.jsonStyle());
    }

    static HttpSettings server(HttpConfig config) {
        return new HttpSettings(
                config.connections(),
                config.connectionsPerAddress(),
                config.requestsPerSecond(),
                config.requestSeconds(),
                AddressList.of(config.trustedProxies()));
    }
}
