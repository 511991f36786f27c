// SPDX-License-Identifier: Apache-2.0

/// The EchoTest plugin: a caller's own media sent back.
@NullMarked
package io.portunus.signalling.echotest;

import org.jspecify.annotations.NullMarked;
