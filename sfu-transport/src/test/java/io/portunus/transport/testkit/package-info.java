// SPDX-License-Identifier: Apache-2.0

/// What the transport's tests share.
@NullMarked
package io.portunus.transport.testkit;

import org.jspecify.annotations.NullMarked;
