// SPDX-License-Identifier: Apache-2.0

/// What became of each packet: every place where one stops has a name and a counter.
@NullMarked
package io.portunus.core.fate;

import org.jspecify.annotations.NullMarked;
