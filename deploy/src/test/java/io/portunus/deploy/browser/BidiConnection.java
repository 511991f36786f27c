// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A WebDriver BiDi connection to a browser: commands and their answers. The one protocol that both
/// Chromium (through chromedriver) and Firefox (by itself) speak.
final class BidiConnection implements WebSocket.Listener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANSWER_SECONDS = 60;

    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    BidiConnection(HttpClient client, URI address) {
        socket = client.newWebSocketBuilder().buildAsync(address, this).join();
    }

    /// Sends a command that `fill` gives its parameters and waits for the result.
    JsonNode call(String method, Consumer<ObjectNode> fill) {
        var id = lastId.incrementAndGet();
        var message = JSON.createObjectNode().put("id", id).put("method", method);
        fill.accept(message.putObject("params"));
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(id, answer);
        // One frame at a time is all that the JDK's WebSocket takes.
        synchronized (this) {
            socket.sendText(message.toString(), true).join();
        }
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(method + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the browser did not answer " + message, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            receive(text.toString());
            text.setLength(0);
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        failAll(error);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        failAll(new IOException("the browser closed the connection"));
        return CompletableFuture.completedFuture(null);
    }

    private void receive(String message) {
        try {
            var node = JSON.readTree(message);
            var answer = waiting.remove(node.path("id").asLong());
            if (answer == null) {
                return;
            }
            if (node.path("type").asText().equals("error")) {
                answer.completeExceptionally(
                        new IllegalStateException(
                                node.path("error").asText()
                                        + ": "
                                        + node.path("message").asText()));
            } else {
                answer.complete(node.path("result"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void failAll(Throwable cause) {
        for (var answer : waiting.values()) {
            answer.completeExceptionally(cause);
        }
        waiting.clear();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
