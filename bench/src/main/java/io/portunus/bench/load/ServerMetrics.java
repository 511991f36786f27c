// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the server says of its own sending, in the text format of Prometheus.
///
/// @param datagrams sent so far
/// @param sendCalls by which they were; NaN where it does not say
/// @param delays how long packets were in it
record ServerMetrics(double datagrams, double sendCalls, DelayBuckets delays) {
    private static final String DATAGRAMS = "portunus_packets_total";
    private static final String SENT = "fate=\"datagram_sent\"";
    private static final String SENDS = "portunus_sends_total";
    private static final String CALLS = "what=\"calls\"";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static final ServerMetrics NONE = new ServerMetrics(Double.NaN, Double.NaN, DelayBuckets.NONE);

    /// Asks for them; [#NONE] when there are none.
    static ServerMetrics scrape(@Nullable URI metrics) {
        if (metrics == null) {
            return NONE;
        }
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(metrics).timeout(PATIENCE).build();
            var response = http.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200 ? parse(response.body()) : NONE;
        } catch (IOException _) {
            return NONE;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return NONE;
        }
    }

    static ServerMetrics parse(String text) {
        var datagrams = 0.0;
        var calls = Double.NaN;
        for (var line : text.lines().toList()) {
            var value = line.substring(line.lastIndexOf(' ') + 1);
            if (line.startsWith(DATAGRAMS) && line.contains(SENT)) {
                datagrams += Double.parseDouble(value);
            } else if (line.startsWith(SENDS) && line.contains(CALLS)) {
                calls = (Double.isNaN(calls) ? 0 : calls) + Double.parseDouble(value);
            }
        }
        return new ServerMetrics(datagrams, calls, DelayBuckets.parse(text));
    }

    /// How many datagrams went by one call since `before`; NaN where it does not say.
    double packetsPerCall(ServerMetrics before) {
        return (datagrams - before.datagrams) / (sendCalls - before.sendCalls);
    }
}
