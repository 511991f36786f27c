// SPDX-License-Identifier: Apache-2.0

/// How a room reaches subscribers on other media loops: each packet crosses once per loop, as
/// plaintext, and a mirror of its track fans it out there.
@NullMarked
package io.portunus.core.pipe;

import org.jspecify.annotations.NullMarked;
