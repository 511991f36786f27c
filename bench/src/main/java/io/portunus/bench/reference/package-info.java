// SPDX-License-Identifier: Apache-2.0
/// The packet path beside one in C that does the same, in one process and on one core.
@NullMarked
package io.portunus.bench.reference;

import org.jspecify.annotations.NullMarked;
