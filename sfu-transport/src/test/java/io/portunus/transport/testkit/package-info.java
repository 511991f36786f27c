// SPDX-License-Identifier: Apache-2.0

/// What the transport's tests share, and a scripted WebRTC client for everybody's.
@NullMarked
package io.portunus.transport.testkit;

import org.jspecify.annotations.NullMarked;
