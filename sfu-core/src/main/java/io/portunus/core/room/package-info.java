// SPDX-License-Identifier: Apache-2.0

/// Who is in a call and who receives what: commands in, events out.
@NullMarked
package io.portunus.core.room;

import org.jspecify.annotations.NullMarked;
