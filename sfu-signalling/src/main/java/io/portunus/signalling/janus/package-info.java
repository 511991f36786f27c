// SPDX-License-Identifier: Apache-2.0

/// Sessions, handles, transactions, verbs, errors, events and time-outs: the Janus core API,
/// independent of how it is carried.
@NullMarked
package io.portunus.signalling.janus;

import org.jspecify.annotations.NullMarked;
