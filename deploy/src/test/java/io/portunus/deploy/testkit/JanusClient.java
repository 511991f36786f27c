// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// A client of the Janus API over a WebSocket of its own making, so that a test can break the
/// connection in every way that a network can. Remembers all that it was told. Thread-safe.
public final class JanusClient implements AutoCloseable {
    /// Much more than any answer takes, even on a busy machine.
    public static final int PATIENCE_MILLIS = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TEXT = 1;
    private static final int PING = 9;
    private static final int PONG = 10;

    /// Something that was told, and when by the machine's clock.
    public record Told(JsonNode message, long atNanos) {}

    private final Socket socket;
    private final OutputStream out;
    private final List<Told> told = new ArrayList<>();
    private final BitSet taken = new BitSet();
    private final JanusHandle handle;
    private volatile boolean frozen;
    private long transactions;
    private long session;

    /// Connects to `address`, such as `ws://localhost:8188/`, and attaches to VideoRoom.
    public JanusClient(String address) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(address).getPort());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            upgrade();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        session = ask(request("create")).path("data").path("id").asLong();
        handle = attach();
    }

    private void upgrade() throws IOException {
        out.write(
                ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection:"
                                + " Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol:"
                                + " janus-protocol\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        var in = new DataInputStream(socket.getInputStream());
        for (var matched = 0; matched < 4; ) {
            var next = in.readByte();
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        Thread.ofVirtual().start(() -> read(in));
    }

    /// The handle that it has from the start.
    public JanusHandle handle() {
        return handle;
    }

    /// The session that it has.
    public long session() {
        return session;
    }

    /// What the server tells of itself.
    public JsonNode info() {
        var request = request("info");
        var transaction = sendWithoutSession(request);
        return answer(transaction);
    }

    /// Takes over the session of another connection, which is its own from now on.
    public JsonNode claim(long other) {
        session = other;
        return ask(request("claim"));
    }

    /// Another handle of VideoRoom.
    public JanusHandle attach() {
        return attach("janus.plugin.videoroom");
    }

    /// A handle of another plugin.
    public JanusHandle attach(String plugin) {
        var attached = ask(request("attach").put("plugin", plugin));
        return new JanusHandle(this, attached.path("data").path("id").asLong());
    }

    /// Joins as a participant with the first handle; the id that it was given.
    public long join(long room, long id) {
        return handle.join(room, id);
    }

    /// Sends a plugin message by the first handle; the plugin data of the answer.
    public JsonNode message(String body) {
        return handle.ask(body);
    }

    /// Ends the session, without waiting for the answer.
    public void destroySession() {
        send(request("destroy"));
    }

    /// Sends a request; its answer, which is not the `ack`.
    public JsonNode ask(ObjectNode request) {
        return answer(send(request));
    }

    private JsonNode answer(String transaction) {
        return await(
                        message ->
                                message.path("transaction").asText().equals(transaction)
                                        && !message.path("janus").asText().equals("ack"),
                        PATIENCE_MILLIS)
                .message();
    }

    /// Sends a request; its transaction.
    synchronized String send(ObjectNode request) {
        if (session != 0) {
            request.put("session_id", session);
        }
        return sendWithoutSession(request);
    }

    private synchronized String sendWithoutSession(ObjectNode request) {
        var transaction = "t" + ++transactions;
        write(TEXT, request.put("transaction", transaction).toString());
        return transaction;
    }

    static ObjectNode request(String verb) {
        return JSON.createObjectNode().put("janus", verb);
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for the first message that `wanted` accepts and that nobody has waited for before.
    public Told await(Predicate<JsonNode> wanted, int millis) {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            return awaitUntil(wanted, until, millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Told awaitUntil(Predicate<JsonNode> wanted, long until, int millis)
            throws InterruptedException {
        var next = 0;
        synchronized (told) {
            for (; ; ) {
                for (; next < told.size(); next++) {
                    if (!taken.get(next) && wanted.test(told.get(next).message())) {
                        taken.set(next);
                        return told.get(next);
                    }
                }
                var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(
                            "nothing of the kind was told in " + millis + " ms, but " + untaken());
                }
                told.wait(left);
            }
        }
    }

    private List<JsonNode> untaken() {
        return IntStream.range(0, told.size())
                .filter(i -> !taken.get(i))
                .mapToObj(i -> told.get(i).message())
                .toList();
    }

    /// When it was told that `id` is leaving.
    public Told awaitLeaving(long id, int millis) {
        return await(
                message -> message.path("plugindata").path("data").path("leaving").asLong() == id,
                millis);
    }

    /// Everything that was told so far.
    public List<JsonNode> told() {
        synchronized (told) {
            return told.stream().map(Told::message).toList();
        }
    }

    /// From now on it answers nothing, as a machine whose network is gone.
    public void freeze() {
        frozen = true;
    }

    /// Breaks the connection by a reset instead of closing it.
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(int opcode, String text) {
        write(opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    /// One frame, masked with zeros (RFC 6455 §5.2).
    private void write(int opcode, byte[] payload) {
        try {
            var isLong = payload.length > 125;
            var frame = new byte[(isLong ? 8 : 6) + payload.length];
            frame[0] = (byte) (0x80 | opcode);
            frame[1] = (byte) (0x80 | (isLong ? 126 : payload.length));
            if (isLong) {
                frame[2] = (byte) (payload.length >> 8);
                frame[3] = (byte) payload.length;
            }
            System.arraycopy(payload, 0, frame, frame.length - payload.length, payload.length);
            synchronized (out) {
                out.write(frame);
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(DataInputStream in) {
        try {
            for (; ; ) {
                var opcode = in.readByte() & 0x0F;
                long length = in.readByte() & 0x7F;
                if (length == 126) {
                    length = in.readUnsignedShort();
                } else if (length == 127) {
                    length = in.readLong();
                }
                var payload = in.readNBytes((int) length);
                if (frozen) {
                    continue;
                }
                if (opcode == PING) {
                    write(PONG, payload);
                } else if (opcode == TEXT) {
                    note(JSON.readTree(payload));
                }
            }
        } catch (IOException | UncheckedIOException _) {
            // The connection is gone; whoever waits for something hears that nothing came.
        }
    }

    private void note(JsonNode message) {
        synchronized (told) {
            told.add(new Told(message, System.nanoTime()));
            told.notifyAll();
        }
    }
}
