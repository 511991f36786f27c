// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.janus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One session of the Janus API over a WebSocket. Thread-safe.
public final class JanusSession implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    /// Servers end a session that was silent for a minute.
    private static final int KEEP_ALIVE_SECONDS = 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Boolean>> up = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicLong transactions = new AtomicLong();
    private final WebSocket socket;
    private final Thread keepAlive;
    private volatile String keepAliveTransaction = "";
    private long session;

    /// @param address such as `ws://localhost:8188/`
    public JanusSession(URI address) {
        try {
            socket =
                    http.newWebSocketBuilder()
                            .subprotocols("janus-protocol")
                            .buildAsync(address, new Incoming())
                            .join();
        } catch (CompletionException e) {
            http.shutdownNow();
            throw new ApiException("cannot connect to " + address + ": " + e.getCause(), e);
        }
        session = ask(request("create")).path("data").path("id").asLong();
        keepAlive = Thread.ofVirtual().name("keep-alive").start(this::keepAlive);
    }

    private void keepAlive() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(KEEP_ALIVE_SECONDS);
                ask(request("keepalive"));
            }
        } catch (InterruptedException _) {
            // The session is over.
        } catch (ApiException e) {
            complaints.add(String.valueOf(e.getMessage()));
        }
    }

    /// Attaches to VideoRoom.
    public JanusHandle attach() {
        var attached = ask(request("attach").put("plugin", "janus.plugin.videoroom"));
        return new JanusHandle(this, attached.path("data").path("id").asLong());
    }

    /// What the server said on its own that bodes ill, such as why it hung up.
    public List<String> complaints() {
        return complaints;
    }

    /// Completes when the server says that the media of a handle may flow.
    CompletableFuture<Boolean> up(long handle) {
        return up.computeIfAbsent(handle, _ -> new CompletableFuture<>());
    }

    static ObjectNode request(String verb) {
        return JSON.createObjectNode().put("janus", verb);
    }

    /// Sends a request and waits for its answer, which is not the `ack`, but for a keepalive's.
    ///
    /// @throws ApiException when it is an error, or none comes
    JsonNode ask(ObjectNode request) {
        var transaction = "t" + transactions.incrementAndGet();
        if (session != 0) {
            request.put("session_id", session);
        }
        if (request.path("janus").asText().equals("keepalive")) {
            keepAliveTransaction = transaction;
        }
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(transaction, answer);
        send(request.put("transaction", transaction).toString());
        try {
            var message = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var error = message.path("error").path("reason").asText("");
            if (!error.isEmpty()) {
                throw new ApiException(
                        "the server refuses " + request.path("janus") + ": " + error);
            }
            return message;
        } catch (TimeoutException e) {
            throw new ApiException("the server does not answer " + request.path("janus"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException("interrupted", e);
        } catch (ExecutionException e) {
            throw new ApiException(String.valueOf(e.getCause()), e);
        } finally {
            waiting.remove(transaction);
        }
    }

    private synchronized void send(String text) {
        try {
            socket.sendText(text, true).join();
        } catch (CompletionException e) {
            throw new ApiException("the connection to the server is lost", e);
        }
    }

    private void onMessage(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            complaints.add("no JSON: " + e.getMessage());
            return;
        }
        var kind = message.path("janus").asText();
        var transaction = message.path("transaction").asText();
        var answer = waiting.get(transaction);
        var isAnswer = !kind.equals("ack") || transaction.equals(keepAliveTransaction);
        if (answer != null && isAnswer) {
            answer.complete(message);
        } else if (kind.equals("webrtcup")) {
            up(message.path("sender").asLong()).complete(true);
        } else if (kind.equals("hangup") || kind.equals("timeout")) {
            complaints.add(kind + ": " + message.path("reason").asText());
        }
    }

    @Override
    public void close() {
        keepAlive.interrupt();
        try {
            ask(request("destroy"));
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        } catch (ApiException | CompletionException e) {
            complaints.add(String.valueOf(e.getMessage()));
        }
        http.shutdownNow();
    }

    private final class Incoming implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                onMessage(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            fail(error);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            fail(new ApiException("the server has closed the connection: " + statusCode));
            return null;
        }

        private void fail(Throwable error) {
            waiting.values().forEach(each -> each.completeExceptionally(error));
        }
    }
}
