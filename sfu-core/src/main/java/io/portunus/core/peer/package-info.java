// SPDX-License-Identifier: Apache-2.0

/// The core half of one PeerConnection: its inbound and outbound streams and the RTCP between them.
@NullMarked
package io.portunus.core.peer;

import org.jspecify.annotations.NullMarked;
