// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.time;

/// Turns the loop's monotonic nanoseconds into NTP time, from one reading of both clocks at start.
///
/// The two never drift apart while the server runs, which is what lip-sync needs; a correction of
/// the system's clock after the start is ignored on purpose. Immutable, thread-safe.
///
/// @param monotonicNanos the monotonic clock at the reading
/// @param unixNanos nanoseconds since 1970-01-01 UTC at the same instant
public record WallClock(long monotonicNanos, long unixNanos) {
    private static final long NTP_TO_UNIX_SECONDS = 2_208_988_800L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// The 64-bit NTP timestamp (RFC 3550 §4): seconds since 1900 in the upper half.
    public long ntp(long nowNanos) {
        var unix = unixNanos + (nowNanos - monotonicNanos);
        var seconds = Math.floorDiv(unix, NANOS_PER_SECOND) + NTP_TO_UNIX_SECONDS;
        var fraction = (Math.floorMod(unix, NANOS_PER_SECOND) << 32) / NANOS_PER_SECOND;
        return (seconds << 32) | fraction;
    }

    /// The middle 32 bits of the NTP timestamp, as report blocks carry it (RFC 3550 §6.4.1).
    public int shortNtp(long nowNanos) {
        return (int) (ntp(nowNanos) >>> 16);
    }
}
