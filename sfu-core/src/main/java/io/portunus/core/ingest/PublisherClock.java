// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

/// Turns one publisher's NTP timestamps into our own time, by one difference for all its tracks, so
/// that what it captured together stays together. Confined to its media loop.
public final class PublisherClock {
    /// A difference that changes by more than any network delay: its clock was set anew.
    static final long MAX_SHIFT_NANOS = 5_000_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private boolean known;
    private long differenceNanos;

    /// The monotonic time at which the publisher's clock said `ntp` (64 bits, RFC 3550 §4), told by
    /// a report that came now.
    long ourNanos(long ntp, long nowNanos) {
        var theirs =
                (ntp >>> 32) * NANOS_PER_SECOND
                        + (((ntp & 0xFFFF_FFFFL) * NANOS_PER_SECOND) >>> 32);
        var difference = nowNanos - theirs;
        if (!known || Math.abs(difference - differenceNanos) > MAX_SHIFT_NANOS) {
            known = true;
            differenceNanos = difference;
        }
        return theirs + differenceNanos;
    }
}
