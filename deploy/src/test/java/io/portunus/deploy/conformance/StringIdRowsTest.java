// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import org.junit.jupiter.api.DisplayName;

/// Row 35: all that [RoomRows] says, with texts for ids.
@DisplayName("row 35: rooms whose ids are text")
class StringIdRowsTest extends RoomRows {
    StringIdRowsTest() {
        super(true);
    }
}
