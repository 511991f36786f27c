// SPDX-License-Identifier: Apache-2.0

/// Web pages, health and metrics over HTTP.
@NullMarked
package io.portunus.signalling.http;

import org.jspecify.annotations.NullMarked;
