// SPDX-License-Identifier: Apache-2.0

/// How loud a speaker is, and who talks.
@NullMarked
package io.portunus.core.audio;

import org.jspecify.annotations.NullMarked;
