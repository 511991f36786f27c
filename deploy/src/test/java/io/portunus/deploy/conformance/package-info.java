// SPDX-License-Identifier: Apache-2.0

/// What a client of the Janus API can observe, row by row of `docs/conformance.md`, on the
/// assembled server.
@NullMarked
package io.portunus.deploy.conformance;

import org.jspecify.annotations.NullMarked;
