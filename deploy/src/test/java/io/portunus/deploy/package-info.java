// SPDX-License-Identifier: Apache-2.0
/// Tests of the assembled server over real sockets.
@NullMarked
package io.portunus.deploy;

import org.jspecify.annotations.NullMarked;
