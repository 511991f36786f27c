// SPDX-License-Identifier: Apache-2.0

/// Deadlines as numbers, and one reading of the monotonic and the NTP clock.
@NullMarked
package io.portunus.core.time;

import org.jspecify.annotations.NullMarked;
