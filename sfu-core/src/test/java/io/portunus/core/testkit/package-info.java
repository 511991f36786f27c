// SPDX-License-Identifier: Apache-2.0

/// What tests of the core, and of what is built on it, share: virtual time, bad networks, browsers
/// that only pretend, and checkers of what must always hold.
@NullMarked
package io.portunus.core.testkit;

import org.jspecify.annotations.NullMarked;
