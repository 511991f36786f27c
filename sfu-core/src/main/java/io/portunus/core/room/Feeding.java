// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.codec.Codec;
import io.portunus.core.forward.ForwardSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one participant publishes, as those see it who are fed from it: here, or mirrored from the
/// room's home. Confined to its media loop.
interface Feeding {
    /// What section `mid` is received as, or null where nothing is.
    @Nullable ForwardSource source(String mid);

    /// The codec of section `mid`, or null where nothing is received on it.
    @Nullable Codec codec(String mid);

    /// Whether `subscriber` may be fed from it: others wait until the room has been told of it, but
    /// whoever publishes may have its own media from the first moment.
    boolean mayFeed(Connection subscriber);

    /// Who is fed from it, the oldest first.
    Set<Subscription> subscriptions();
}
