// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import org.jspecify.annotations.Nullable;

/// The replay windows of all SSRCs of one direction of SRTP or SRTCP: an open-addressed table that
/// grows up to a limit. Nothing is ever forgotten, or what was forgotten could be replayed.
/// Confined to its media loop.
final class ReplayWindows {
    private static final int FIRST_CAPACITY = 8;

    private final int limit;
    private final int windowSize;
    private int[] ssrcs = new int[FIRST_CAPACITY];
    private @Nullable ReplayWindow[] windows = new ReplayWindow[FIRST_CAPACITY];
    private int size;

    /// @param limit how many SSRCs at most
    /// @param windowSize see [ReplayWindow]
    ReplayWindows(int limit, int windowSize) {
        this.limit = limit;
        this.windowSize = windowSize;
    }

    @Nullable ReplayWindow find(int ssrc) {
        return windows[slotOf(ssrc)];
    }

    boolean isFull() {
        return size == limit;
    }

    /// A window for an SSRC that has none yet. Only for one that has proven authentic, and only
    /// while there is room.
    ReplayWindow add(int ssrc) {
        if (isFull()) {
            throw new IllegalStateException("more than " + limit + " SSRCs");
        }
        if (2 * (size + 1) > windows.length) {
            grow();
        }
        var window = new ReplayWindow(windowSize);
        put(ssrc, window);
        size++;
        return window;
    }

    private void put(int ssrc, ReplayWindow window) {
        var slot = slotOf(ssrc);
        ssrcs[slot] = ssrc;
        windows[slot] = window;
    }

    private void grow() {
        var oldSsrcs = ssrcs;
        var oldWindows = windows;
        ssrcs = new int[2 * oldSsrcs.length];
        windows = new ReplayWindow[2 * oldWindows.length];
        for (var i = 0; i < oldSsrcs.length; i++) {
            var window = oldWindows[i];
            if (window != null) {
                put(oldSsrcs[i], window);
            }
        }
    }

    /// The slot that holds `ssrc`, or the empty one where it would go.
    private int slotOf(int ssrc) {
        var mask = ssrcs.length - 1;
        // The golden ratio spreads SSRCs that some clients count upwards.
        var slot = ((ssrc * 0x9E37_79B9) >>> 16) & mask;
        while (windows[slot] != null && ssrcs[slot] != ssrc) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
