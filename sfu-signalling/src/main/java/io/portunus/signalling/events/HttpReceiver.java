// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts messages to an HTTP server, one after the other. Waits on the calling thread.
final class HttpReceiver implements Receiver {
    /// How many events were told before those of the message; what is missing was lost.
    static final String NUMBER_HEADER = "X-Portunus-First-Event";

    private static final Logger LOG = LoggerFactory.getLogger(HttpReceiver.class);

    /// What the client does of itself, on a thread of its own.
    static final Executor THREADS = task -> Thread.ofVirtual().name("events http").start(task);

    private static final int OK = 200;
    private static final int NOT_OK = 300;

    /// Bad request, too large, not processable: this message will never be taken.
    private static final Set<Integer> FOR_GOOD = Set.of(400, 413, 422);

    private final HandlerSettings settings;
    private final HttpClient client;
    private boolean failing;

    HttpReceiver(HandlerSettings settings) {
        this.settings = settings;
        client =
                HttpClient.newBuilder()
                        .executor(THREADS)
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.limits().timeout())
                        .build();
    }

    @Override
    public Outcome deliver(byte[] message, int events, long first) throws InterruptedException {
        var answer = client.sendAsync(request(message, first), BodyHandlers.discarding());
        try {
            // The client's own time-out ends with the headers; a body may go on for ever.
            var timeout = settings.limits().timeout();
            var status = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status >= OK && status < NOT_OK) {
                note("answers again", true);
                return Outcome.DELIVERED;
            }
            note("answers " + status, false);
            return FOR_GOOD.contains(status) ? Outcome.REFUSED : Outcome.FAILED;
        } catch (ExecutionException e) {
            note("cannot be reached: " + e.getCause(), false);
        } catch (TimeoutException _) {
            answer.cancel(true);
            note("does not answer in time", false);
        }
        return Outcome.FAILED;
    }

    private HttpRequest request(byte[] message, long first) {
        var request =
                HttpRequest.newBuilder(settings.url())
                        .timeout(settings.limits().timeout())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "Portunus")
                        .POST(BodyPublishers.ofByteArray(message));
        if (first > 0) {
            request.header(NUMBER_HEADER, Long.toString(first));
        }
        var access = settings.access();
        if (!access.user().isEmpty()) {
            request.header("Authorization", basic(access));
        }
        if (!access.secret().isEmpty()) {
            request.header(Signature.HEADER, Signature.of(access.secret(), message));
        }
        return request.build();
    }

    /// RFC 7617.
    static String basic(HandlerSettings.Access access) {
        var both = Courier.utf8(access.user() + ":" + access.password());
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /// Once for each change, lest a dead receiver fill the log.
    private void note(String what, boolean works) {
        if (failing == works) {
            failing = !works;
            if (works) {
                LOG.info("the event handler {} {}", settings.name(), what);
            } else {
                LOG.warn("the event handler {} {}", settings.name(), what);
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
