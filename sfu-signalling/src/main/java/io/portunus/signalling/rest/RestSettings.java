// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.janus.JsonStyle;

/// How the API is spoken over HTTP.
///
/// @param basePath where it is, such as `/janus`; begins with a slash and does not end with one
/// @param pollSeconds a long poll is answered after so long, if nothing has happened
/// @param vanishedSeconds a client whose long poll broke off is gone when nothing was heard of it
///   for so long
/// @param allowOrigin the origin whose pages may use the API, or `*` for all
/// @param enforceCors whether a request that does not name that origin is refused
/// @param json how answers are laid out
public record RestSettings(
        String basePath,
        int pollSeconds,
        int vanishedSeconds,
        String allowOrigin,
        boolean enforceCors,
        JsonStyle json) {
    /// What Janus operators are used to.
    public static final RestSettings DEFAULT =
            new RestSettings("/janus", 30, 12, "*", false, JsonStyle.COMPACT);
}
