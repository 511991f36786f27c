// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.portunus.signalling.rest.RestApi;
import io.portunus.signalling.websocket.WebSocketUpgrade;
import java.util.function.Supplier;

/// What there is to serve; each listener chooses by its [Role]s.
///
/// @param metrics what is told of the server's state to who collects it
public record Services(
        WebSocketUpgrade upgrade,
        RestApi rest,
        Pages pages,
        Health health,
        Supplier<String> metrics) {}
