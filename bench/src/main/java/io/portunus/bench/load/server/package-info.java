// SPDX-License-Identifier: Apache-2.0
/// Servers that the load generator starts for itself, on ports that are free, and ends again.
@NullMarked
package io.portunus.bench.load.server;

import org.jspecify.annotations.NullMarked;
