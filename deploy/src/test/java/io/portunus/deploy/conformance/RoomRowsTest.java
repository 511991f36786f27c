// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import org.junit.jupiter.api.DisplayName;

/// All that [RoomRows] says, with integers for ids.
@DisplayName("rooms whose ids are integers")
class RoomRowsTest extends RoomRows {
    RoomRowsTest() {
        super(false);
    }
}
