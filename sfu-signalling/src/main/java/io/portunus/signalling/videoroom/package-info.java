// SPDX-License-Identifier: Apache-2.0

/// The VideoRoom plugin: what the API adds to the rooms of the media side.
@NullMarked
package io.portunus.signalling.videoroom;

import org.jspecify.annotations.NullMarked;
