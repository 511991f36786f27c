// SPDX-License-Identifier: Apache-2.0

/// Push monitoring: what happens in the server, told as events to those who want to know.
@NullMarked
package io.portunus.signalling.events;

import org.jspecify.annotations.NullMarked;
