// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.bench.load.client.Tally;
import io.portunus.bench.load.client.Tally.Count;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Tells whoever waits what is going on. Confined to the thread that runs the load.
public final class Progress {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final PrintStream out;
    private final boolean overwrites;

    /// @param overwrites whether a line may replace the one before, as on a terminal
    public Progress(PrintStream out, boolean overwrites) {
        this.out = out;
        this.overwrites = overwrites;
    }

    /// For those who do not want to know.
    public static Progress none() {
        return new Progress(new PrintStream(PrintStream.nullOutputStream()), false);
    }

    void say(String what) {
        out.println(what);
    }

    /// Waits until `untilNanos`, and tells each second how much has come and gone.
    void follow(Tally tally, long untilNanos, String what) throws InterruptedException {
        var last = System.nanoTime();
        var sent = tally.get(Count.SENT);
        var received = tally.get(Count.RECEIVED);
        for (var left = untilNanos - last; left > 0; left = untilNanos - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, NANOS_PER_SECOND));
            var now = System.nanoTime();
            var seconds = (now - last) / (double) NANOS_PER_SECOND;
            var nowSent = tally.get(Count.SENT);
            var nowReceived = tally.get(Count.RECEIVED);
            out.printf(
                    Locale.ROOT,
                    "%s  %-28s %4.0f s left  %8.0f packets/s in  %8.0f out%s",
                    overwrites ? "\r" : "",
                    what,
                    Math.max(0, (untilNanos - now) / (double) NANOS_PER_SECOND),
                    (nowSent - sent) / seconds,
                    (nowReceived - received) / seconds,
                    overwrites ? "" : System.lineSeparator());
            out.flush();
            last = now;
            sent = nowSent;
            received = nowReceived;
        }
        if (overwrites) {
            out.print("\r" + " ".repeat(90) + "\r");
        }
    }
}
