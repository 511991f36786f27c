// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.rtp.SequenceUnwrapper;
import java.util.Arrays;

/// When which packet of one connection arrived, by its transport-wide sequence number, told to the
/// sender as feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). Confined to its
/// media loop.
public final class ArrivalLog {
    /// How many packets back arrivals are remembered.
    static final int WINDOW = 2_048;

    private final long[] indexes = new long[WINDOW];
    private final long[] arrivals = new long[WINDOW];
    private final ArrivalFeedback feedback = new ArrivalFeedback();
    private SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private long unreported = -1;
    private boolean pending;
    private long originNanos;
    private int feedbackCount;

    public ArrivalLog() {
        Arrays.fill(indexes, -1);
    }

    /// A packet with this transport-wide sequence number has come.
    public void onPacket(int sequenceNumber, long nowNanos) {
        var newest = unwrapper.newest();
        if (newest < 0) {
            originNanos = nowNanos;
        } else if (Math.abs((short) (sequenceNumber - (int) newest)) >= WINDOW) {
            // The sender has begun anew: what lies between was never sent.
            unwrapper = new SequenceUnwrapper();
            Arrays.fill(indexes, -1);
            pending = false;
            unreported = -1;
        }
        var before = unwrapper.newest();
        var index = unwrapper.unwrap(sequenceNumber);
        var at = (int) index & (WINDOW - 1);
        if (indexes[at] == index) {
            return;
        }
        indexes[at] = index;
        arrivals[at] = nowNanos;
        if (!pending || index < unreported) {
            // Losses in front of what is reported are told too, unless that is a new beginning.
            var follows = unreported >= 0 && index > before;
            unreported = !pending && follows ? before + 1 : index;
            pending = true;
        }
        // Of what lies further back nothing is remembered that could be told.
        unreported = Math.max(unreported, unwrapper.newest() - WINDOW + 1);
    }

    /// Whether something has arrived that was not reported yet.
    public boolean isPending() {
        return pending;
    }

    /// Writes the body of one feedback packet about the oldest that is unreported; its size, a
    /// multiple of 4. To be repeated while [#isPending].
    public int writeBody(byte[] body) {
        feedback.begin(body, (int) unreported, originNanos);
        var index = unreported;
        var newest = unwrapper.newest();
        for (; index <= newest; index++) {
            var at = (int) index & (WINDOW - 1);
            var fits = indexes[at] == index ? feedback.arrived(arrivals[at]) : feedback.missing();
            if (!fits) {
                break;
            }
        }
        unreported = index;
        pending = index <= newest;
        return feedback.finish(feedbackCount++);
    }
}
