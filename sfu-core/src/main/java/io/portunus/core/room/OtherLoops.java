// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.LoopCommand;
import io.portunus.core.pipe.PipeWriter;

/// The other media loops, as the rooms of one see them. Implemented by transport; called on the
/// media loop.
public interface OtherLoops {
    /// Which loop this is.
    int self();

    /// Hands a command to another loop, which takes commands in the order they were sent. False,
    /// and nothing will come of it, when its queue is full or it is closed.
    boolean send(int loop, LoopCommand command);

    /// Where packets for another loop are put; always the same for the same loop.
    PipeWriter pipeTo(int loop);

    /// For a loop that is the only one.
    OtherLoops NONE =
            new OtherLoops() {
                @Override
                public int self() {
                    return 0;
                }

                @Override
                public boolean send(int loop, LoopCommand command) {
                    throw new IllegalStateException("there is no other loop");
                }

                @Override
                public PipeWriter pipeTo(int loop) {
                    throw new IllegalStateException("there is no other loop");
                }
            };
}
