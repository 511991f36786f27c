// SPDX-License-Identifier: Apache-2.0
/// What it costs a media loop to refuse a datagram, beside what it costs to take one.
@NullMarked
package io.portunus.bench.refusal;

import org.jspecify.annotations.NullMarked;
