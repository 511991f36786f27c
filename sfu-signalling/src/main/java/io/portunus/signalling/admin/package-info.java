// SPDX-License-Identifier: Apache-2.0

/// The API of operators: who is connected, how well, and what is to change while the server runs.
@NullMarked
package io.portunus.signalling.admin;

import org.jspecify.annotations.NullMarked;
