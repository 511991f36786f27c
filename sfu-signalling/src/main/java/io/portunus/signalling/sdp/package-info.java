// SPDX-License-Identifier: Apache-2.0

/// Session descriptions: parse, write, and the offer/answer that turns them into plain media plans.
@NullMarked
package io.portunus.signalling.sdp;

import org.jspecify.annotations.NullMarked;
