// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import java.net.InetSocketAddress;

/// One HTTP request to the API.
///
/// @param uri path and query
/// @param body whatever its type is said to be; empty for none
/// @param mayUse whether CORS lets it in
/// @param from where its client is
public record RestRequest(
        String method, String uri, String body, boolean mayUse, InetSocketAddress from) {}
