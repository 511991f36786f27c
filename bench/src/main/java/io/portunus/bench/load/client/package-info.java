// SPDX-License-Identifier: Apache-2.0
/// The browser's side of a call, as cheap as it can be: ICE, DTLS-SRTP, media out, media in.
@NullMarked
package io.portunus.bench.load.client;

import org.jspecify.annotations.NullMarked;
