// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import org.jspecify.annotations.Nullable;

/// What there is to know of one handle, for operators. All moments are on the signalling loop's
/// clock, in microseconds. To be used on the signalling loop.
///
/// @param transport what carries the session; null while it is lost
/// @param timeoutSeconds after how long without a request the session ends; 0 for never
/// @param token with which it was attached, where tokens are asked for
/// @param plugin the package name
public record HandleFacts(
        long session,
        long id,
        long lastActivityMicros,
        int timeoutSeconds,
        @Nullable String transport,
        @Nullable String opaqueId,
        @Nullable String token,
        long createdMicros,
        long nowMicros,
        String plugin,
        PluginSession pluginSession,
        NegotiationLog negotiation) {}
