// SPDX-License-Identifier: Apache-2.0
/// The load generator: what is run, what it measures, and how the result is told.
@NullMarked
package io.portunus.bench.load;

import org.jspecify.annotations.NullMarked;
