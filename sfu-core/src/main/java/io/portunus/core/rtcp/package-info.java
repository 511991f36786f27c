// SPDX-License-Identifier: Apache-2.0
/// The RTCP wire format: compound packets read by a cursor and written in place.
@NullMarked
package io.portunus.core.rtcp;

import org.jspecify.annotations.NullMarked;
