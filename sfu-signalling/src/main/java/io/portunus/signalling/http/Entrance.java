// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.portunus.signalling.rest.HttpApi;
import io.portunus.signalling.websocket.WebSocketUpgrade;

/// The two ways into one API.
public record Entrance(WebSocketUpgrade upgrade, HttpApi http) {}
