// SPDX-License-Identifier: Apache-2.0
/// Benchmarks of the packet path, and the command that runs them and prints a table.
@NullMarked
package io.portunus.bench;

import org.jspecify.annotations.NullMarked;
