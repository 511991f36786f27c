// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A plain WebSocket that speaks the API as text, with single quotes for double ones. For one
/// thread.
final class Wire implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper LENIENT =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PATIENCE_SECONDS = 10;

    private final WebSocket socket;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<JsonNode> passedOver = new ArrayList<>();
    private final String token;
    private int transactions;

    Wire(String address) {
        this(address, "");
    }

    /// @param token what each request object carries as its `token`; empty for none
    Wire(String address, String token) {
        this.token = token;
        socket =
                HTTP.newWebSocketBuilder()
                        .subprotocols("janus-protocol")
                        .buildAsync(URI.create(address), new Ear())
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
    }

    /// An object whose text has single quotes.
    static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    static JsonNode json(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /// Sends one frame.
    void say(String text) {
        send(text.replace('\'', '"'));
    }

    /// Sends a request, with the token that there may be.
    void send(ObjectNode request) {
        if (!token.isEmpty()) {
            request.put("token", token);
        }
        send(request.toString());
    }

    private void send(String text) {
        socket.sendText(text, true).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /// The next message, which must come.
    JsonNode next() {
        return passedOver.isEmpty() ? receive() : passedOver.removeFirst();
    }

    /// The next message that `wanted` accepts; those before it stay for later.
    JsonNode await(Predicate<JsonNode> wanted) {
        for (var i = 0; i < passedOver.size(); i++) {
            if (wanted.test(passedOver.get(i))) {
                return passedOver.remove(i);
            }
        }
        for (; ; ) {
            var message = receive();
            if (wanted.test(message)) {
                return message;
            }
            passedOver.add(message);
        }
    }

    /// What comes within so many milliseconds; null for nothing.
    @Nullable JsonNode poll(int millis) {
        try {
            var text = received.poll(millis, TimeUnit.MILLISECONDS);
            return text == null ? null : JSON.readTree(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (JsonProcessingException e) {
            throw new AssertionError("what was told is no JSON", e);
        }
    }

    /// Sends a frame; the next message.
    JsonNode ask(String text) {
        say(text);
        return next();
    }

    /// Sends a request with a transaction of its own; its last answer, which is not the `ack`.
    JsonNode request(ObjectNode request) {
        var transaction = "w" + ++transactions;
        send(request.put("transaction", transaction));
        return await(message ->
                message.path("transaction").asText().equals(transaction)
                        && !message.path("janus").asText().equals("ack"));
    }

    long newSession() {
        return request((ObjectNode) json("{'janus':'create'}")).at("/data/id").asLong();
    }

    long newHandle(long session, String plugin) {
        return request(
                        ((ObjectNode) json("{'janus':'attach'}"))
                                .put("plugin", plugin)
                                .put("session_id", session))
                .at("/data/id")
                .asLong();
    }

    /// All that was passed over so far, which is then done with.
    List<JsonNode> passedOver() {
        var all = List.copyOf(passedOver);
        passedOver.clear();
        return all;
    }

    /// All that was told until now: what comes before the answer to a question that is asked now.
    List<JsonNode> heardSoFar() {
        request(object("{'janus':'ping'}"));
        return passedOver();
    }

    /// Checks that nothing has come but what was asked for: a last question is answered next.
    void isQuiet() {
        var pong = request((ObjectNode) json("{'janus':'ping'}"));
        assertThat(pong.path("janus").asText()).isEqualTo("pong");
        assertThat(passedOver).as("told without need").isEmpty();
    }

    private JsonNode receive() {
        try {
            var text = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError("nothing of the kind was told, but " + passedOver);
            }
            return JSON.readTree(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (JsonProcessingException e) {
            throw new AssertionError("what was told is no JSON", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence text, boolean last) {
            parts.append(text);
            if (last) {
                received.add(parts.toString());
                parts.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }
}
