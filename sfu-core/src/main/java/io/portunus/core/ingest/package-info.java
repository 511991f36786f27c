// SPDX-License-Identifier: Apache-2.0

/// One publisher's stream on its way in: what arrived, what is missing, what to ask for again.
@NullMarked
package io.portunus.core.ingest;

import org.jspecify.annotations.NullMarked;
