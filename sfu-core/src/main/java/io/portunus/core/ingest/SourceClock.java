// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

/// Which RTP timestamp of one stream belongs to which moment: by the publisher's sender reports, or
/// until the first of them by arrival. Confined to its media loop.
final class SourceClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final PublisherClock publisher;
    private final int clockRateHz;
    private boolean known;
    private boolean reported;
    private int timestamp;
    private long atNanos;

    SourceClock(PublisherClock publisher, int clockRateHz) {
        this.publisher = publisher;
        this.clockRateHz = clockRateHz;
    }

    /// Another stream, whose timestamps are unrelated.
    void restart() {
        known = false;
        reported = false;
    }

    void onPacket(int timestamp, long nowNanos) {
        if (!known) {
            set(timestamp, nowNanos);
        }
    }

    /// The two clocks of a sender report (RFC 3550 §6.4.1).
    void onSenderReport(long ntp, int timestamp, long nowNanos) {
        // RFC 3550 §6.4.1: a sender without a wall clock may set the NTP timestamp to zero.
        if (ntp != 0) {
            set(timestamp, publisher.ourNanos(ntp, nowNanos));
            reported = true;
        }
    }

    boolean isKnown() {
        return known;
    }

    /// Whether the publisher itself has told.
    boolean isReported() {
        return reported;
    }

    /// The timestamp of what is captured at `nowNanos`.
    int timestampAt(long nowNanos) {
        var elapsed = nowNanos - atNanos;
        var seconds = Math.floorDiv(elapsed, NANOS_PER_SECOND);
        var rest = Math.floorMod(elapsed, NANOS_PER_SECOND);
        return timestamp + (int) (seconds * clockRateHz + rest * clockRateHz / NANOS_PER_SECOND);
    }

    private void set(int timestamp, long atNanos) {
        this.timestamp = timestamp;
        this.atNanos = atNanos;
        known = true;
    }
}
