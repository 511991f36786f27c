// SPDX-License-Identifier: Apache-2.0
/// Scripted clients of the assembled server: what they say, send and have received.
@NullMarked
package io.portunus.deploy.testkit;

import org.jspecify.annotations.NullMarked;
