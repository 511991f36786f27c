// SPDX-License-Identifier: Apache-2.0

/// What a payload says without being decoded: key frame? which layer? where does the frame start?
@NullMarked
package io.portunus.core.codec;

import org.jspecify.annotations.NullMarked;
