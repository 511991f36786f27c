// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

/// How much one outgoing track may spend on repairs: a share of what it sends, so that nobody can
/// make us send much by asking for much. Confined to its media loop.
final class ResendBudget {
    /// Every second byte: enough to repair a loss of one in three, repairs lost as well.
    private static final int SHARE = 2;

    private static final int FIRST_BYTES = 64 * 1_024;
    private static final int MAX_BYTES = 512 * 1_024;

    private int bytes = FIRST_BYTES;

    void onSent(int sentBytes) {
        bytes = Math.min(MAX_BYTES, bytes + sentBytes / SHARE);
    }

    /// Whether not even one packet more can be relied on, so that looking for it is in vain.
    boolean isSpent() {
        return bytes < PacketWriter.MAX_BYTES;
    }

    /// Whether `wanted` bytes may be spent; they are, then.
    boolean spend(int wanted) {
        if (bytes < wanted) {
            return false;
        }
        bytes -= wanted;
        return true;
    }
}
