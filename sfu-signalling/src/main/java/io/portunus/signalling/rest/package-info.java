// SPDX-License-Identifier: Apache-2.0

/// The Janus API over HTTP, with long polls for what happens meanwhile.
@NullMarked
package io.portunus.signalling.rest;

import org.jspecify.annotations.NullMarked;
