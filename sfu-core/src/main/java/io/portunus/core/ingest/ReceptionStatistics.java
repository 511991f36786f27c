// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

/// Loss and jitter of one stream, as receiver reports tell them (RFC 3550 §6.4.1, A.3, A.8).
/// Confined to its media loop.
public final class ReceptionStatistics {
    private static final int MAX_CUMULATIVE_LOST = 0x7F_FFFF;

    private final int clockRateHz;
    private long firstIndex = -1;
    private long newestIndex = -1;
    private long received;
    private long expectedAtReport;
    private long receivedAtReport;
    private long expectedAtInterval;
    private long receivedAtInterval;
    private int lostInInterval;
    private long firstArrivalNanos;
    private int transit;

    /// Sixteen times the jitter, in timestamp units.
    private int jitter16;

    private int lastReportMiddle;
    private long lastReportAtNanos;

    ReceptionStatistics(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /// A packet that came as sent; repairs don't count, or the loss would not show.
    void onPacket(long index, int timestamp, long nowNanos) {
        if (firstIndex < 0) {
            firstIndex = index;
            newestIndex = index;
            firstArrivalNanos = nowNanos;
            transit = -timestamp;
        }
        received++;
        // Before the first one: it came late, and more were sent than we thought.
        firstIndex = Math.min(firstIndex, index);
        newestIndex = Math.max(newestIndex, index);
        var arrival = (nowNanos - firstArrivalNanos) / 1_000 * clockRateHz / 1_000_000;
        var newTransit = (int) arrival - timestamp;
        var difference = Math.abs(newTransit - transit);
        transit = newTransit;
        // A jump of more than ten seconds is another clock, not jitter.
        if (difference >= 0 && difference < 10 * clockRateHz) {
            jitter16 += difference - ((jitter16 + 8) >> 4);
        }
    }

    /// The middle 32 bits of the NTP timestamp of a sender report (RFC 3550 §6.4.1).
    void onSenderReport(int ntpMiddle, long nowNanos) {
        lastReportMiddle = ntpMiddle;
        lastReportAtNanos = nowNanos;
    }

    /// Begins the next interval; [#lostInInterval] then tells of the one that ended. Reports have
    /// intervals of their own.
    public void closeInterval() {
        var lost = expected() - expectedAtInterval - (received - receivedAtInterval);
        expectedAtInterval = expected();
        receivedAtInterval = received;
        lostInInterval = (int) Math.max(0, lost);
    }

    /// A report has told [#fractionLost], which from now on is of what comes until the next.
    public void onReported() {
        expectedAtReport = expected();
        receivedAtReport = received;
    }

    public boolean hasReceived() {
        return received > 0;
    }

    /// In 256ths, since the last report (RFC 3550 §6.4.1).
    public int fractionLost() {
        var expectedNow = expected() - expectedAtReport;
        var lost = Math.max(0, expectedNow - (received - receivedAtReport));
        return expectedNow <= 0 ? 0 : (int) Math.min(0xFF, (lost << 8) / expectedNow);
    }

    /// Packets lost in the last interval.
    public int lostInInterval() {
        return lostInInterval;
    }

    /// Since the stream began; signed, for duplicates may outweigh losses.
    public int cumulativeLost() {
        return (int) Math.min(MAX_CUMULATIVE_LOST, expected() - received);
    }

    /// Cycles and sequence number, 32 bits.
    public int extendedHighest() {
        return (int) newestIndex - 0x1_0000;
    }

    /// In timestamp units.
    public int jitter() {
        return jitter16 >> 4;
    }

    /// The LSR field; 0 before the first sender report.
    public int lastSenderReport() {
        return lastReportMiddle;
    }

    /// The DLSR field, in 65536ths of a second.
    public int delaySinceSenderReport(long nowNanos) {
        if (lastReportMiddle == 0) {
            return 0;
        }
        var micros = (nowNanos - lastReportAtNanos) / 1_000;
        return (int) ((micros << 16) / 1_000_000);
    }

    private long expected() {
        return firstIndex < 0 ? 0 : newestIndex - firstIndex + 1;
    }
}
