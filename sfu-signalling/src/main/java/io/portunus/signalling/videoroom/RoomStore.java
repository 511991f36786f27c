// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Where permanent rooms outlive the server. Called on the signalling loop.
public interface RoomStore {
    /// Keeps nothing.
    RoomStore NONE =
            new RoomStore() {
                @Override
                public List<ObjectNode> rooms() {
                    return List.of();
                }

                @Override
                public boolean save(RoomSpec room) {
                    return false;
                }

                @Override
                public boolean remove(ApiId room) {
                    return false;
                }
            };

    /// The properties of the rooms that were kept, as the API names them.
    List<ObjectNode> rooms();

    /// Keeps `room`, in place of what was kept of it before.
    ///
    /// @return whether it will be there after a crash
    boolean save(RoomSpec room);

    /// Keeps `room` no more.
    ///
    /// @return whether it will be gone after a crash
    boolean remove(ApiId room);
}
