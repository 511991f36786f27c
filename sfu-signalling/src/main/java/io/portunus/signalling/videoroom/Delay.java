// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// How long viewers are to hold back what they play, in units of 10 ms; negative for what the
/// publisher's own packets say.
record Delay(int minTens, int maxTens) {
    static final Delay AS_PUBLISHED = new Delay(-1, -1);

    /// What `min_delay` and `max_delay` of `item` say; null where there is neither.
    static @Nullable Delay read(ObjectNode item) {
        var min = Fields.optionalInteger(item, "min_delay");
        var max = Fields.optionalInteger(item, "max_delay");
        if (min == null && max == null) {
            return null;
        }
        var least = min == null ? 0 : min;
        var most = max == null ? least : max;
        return least < 0 || most < 0 ? AS_PUBLISHED : new Delay(least, Math.max(least, most));
    }

    boolean isSet() {
        return minTens >= 0;
    }

    void putInto(ObjectNode json) {
        json.putObject("playout-delay").put("min-delay", minTens).put("max-delay", maxTens);
    }
}
