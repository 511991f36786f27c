// SPDX-License-Identifier: Apache-2.0

/// The RTP wire format, as views over memory that read and write in place, and the memory that
/// packets lie in.
@NullMarked
package io.portunus.core.rtp;

import org.jspecify.annotations.NullMarked;
