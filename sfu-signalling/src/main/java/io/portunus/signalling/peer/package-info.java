// SPDX-License-Identifier: Apache-2.0
/// One handle's PeerConnection as plugins see it.
@NullMarked
package io.portunus.signalling.peer;

import org.jspecify.annotations.NullMarked;
