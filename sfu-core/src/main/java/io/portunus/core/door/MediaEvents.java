// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// Where media loops tell what happened. Implemented by signalling, which takes each event over to
/// its own thread; called on media loops, so it never blocks and never throws.
@FunctionalInterface
public interface MediaEvents {
    void onEvent(MediaEvent event);
}
