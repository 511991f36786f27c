// SPDX-License-Identifier: Apache-2.0

/// One packet on its way to many: each subscriber's copy becomes part of one unbroken stream.
@NullMarked
package io.portunus.core.forward;

import org.jspecify.annotations.NullMarked;
