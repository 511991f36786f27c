// SPDX-License-Identifier: Apache-2.0

/// Talking to the media loops: each request is numbered and each answer brought to whoever asked.
@NullMarked
package io.portunus.signalling.media;

import org.jspecify.annotations.NullMarked;
