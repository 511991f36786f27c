// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends messages to a WebSocket server as text, over one connection that is made anew when it has
/// ended. A message counts as delivered when the system has taken it. Waits on the calling thread.
final class WebSocketReceiver implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketReceiver.class);

    private final HandlerSettings settings;
    private final HttpClient client;
    private @Nullable WebSocket socket;
    private Watch watch = new Watch();
    private boolean failing;

    WebSocketReceiver(HandlerSettings settings) {
        this.settings = settings;
        client =
                HttpClient.newBuilder()
                        .executor(HttpReceiver.THREADS)
                        .connectTimeout(settings.limits().timeout())
                        .build();
    }

    @Override
    public Outcome deliver(byte[] message, int events, long first) throws InterruptedException {
        var millis = settings.limits().timeout().toMillis();
        try {
            var connected = socket;
            if (connected == null || watch.ended) {
                connected = connect(millis);
                socket = connected;
            }
            connected
                    .sendText(new String(message, StandardCharsets.UTF_8), true)
                    .get(millis, TimeUnit.MILLISECONDS);
            note("is connected", true);
            return Outcome.DELIVERED;
        } catch (ExecutionException e) {
            note("cannot be reached: " + e.getCause(), false);
        } catch (TimeoutException _) {
            note("does not read in time", false);
        }
        abort();
        return Outcome.FAILED;
    }

    private WebSocket connect(long millis)
            throws InterruptedException, ExecutionException, TimeoutException {
        abort();
        var builder = client.newWebSocketBuilder().connectTimeout(settings.limits().timeout());
        if (!settings.access().user().isEmpty()) {
            builder.header("Authorization", HttpReceiver.basic(settings.access()));
        }
        watch = new Watch();
        return builder.buildAsync(settings.url(), watch).get(millis, TimeUnit.MILLISECONDS);
    }

    private void abort() {
        if (socket != null) {
            socket.abort();
            socket = null;
        }
    }

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
        var connected = socket;
        if (connected != null && !watch.ended) {
            var _ = connected.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
        client.shutdownNow();
    }

    /// Notices the end; whatever the receiver says is passed over.
    private static final class Watch implements WebSocket.Listener {
        private volatile boolean ended;

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            ended = true;
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            ended = true;
        }
    }
}
