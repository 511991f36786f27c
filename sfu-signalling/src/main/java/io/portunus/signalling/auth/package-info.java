// SPDX-License-Identifier: Apache-2.0

/// Who may use the API, and for what: the API's secret, stored tokens, signed tokens and JWTs.
@NullMarked
package io.portunus.signalling.auth;

import org.jspecify.annotations.NullMarked;
