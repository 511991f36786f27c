// SPDX-License-Identifier: Apache-2.0

/// What crosses between the signalling thread and the media loops: commands in, events out, values
/// only.
@NullMarked
package io.portunus.core.door;

import org.jspecify.annotations.NullMarked;
