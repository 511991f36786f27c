// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// One PeerConnection: a number given by signalling, never reused while the server runs.
public record PeerId(long value) {}
