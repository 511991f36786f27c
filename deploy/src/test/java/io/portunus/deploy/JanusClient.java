// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A client of the Janus API over a WebSocket of its own making, so that a test can break the
/// connection in every way that a network can.
final class JanusClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANSWER_MILLIS = 5_000;
    private static final int TEXT = 1;
    private static final int PING = 9;
    private static final int PONG = 10;

    /// Something that was told, and when by the machine's clock.
    record Told(JsonNode message, long atNanos) {}

    private final Socket socket;
    private final OutputStream out;
    private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private volatile boolean frozen;
    private long session;
    private long handle;

    /// Connects to `address`, such as `ws://localhost:8188/`, and attaches to VideoRoom.
    JanusClient(String address) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(address).getPort());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        session = ask("{\"janus\":\"create\"").path("data").path("id").asLong();
        handle =
                ask("{\"janus\":\"attach\",\"plugin\":\"janus.plugin.videoroom\"")
                        .path("data")
                        .path("id")
                        .asLong();
    }

    /// Joins as a participant; the id that it was given.
    long join(long room, long id) {
        var joined =
                message(
                        "{\"request\":\"join\",\"ptype\":\"publisher\",\"room\":"
                                + room
                                + ",\"id\":"
                                + id
                                + "}");
        if (!joined.path("videoroom").asText().equals("joined")) {
            throw new AssertionError("not joined: " + joined);
        }
        return joined.path("id").asLong();
    }

    /// Sends a plugin message; the plugin data of the answer.
    JsonNode message(String body) {
        send("{\"janus\":\"message\",\"body\":" + body);
        return await(
                        message ->
                                message.path("transaction").asText().equals("t")
                                        && message.has("plugindata"),
                        ANSWER_MILLIS)
                .message()
                .path("plugindata")
                .path("data");
    }

    /// Waits for a message that `wanted` accepts; others are passed over.
    Told await(Predicate<JsonNode> wanted, int millis) {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (; ; ) {
                var next = told.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new AssertionError("nothing of the kind was told in " + millis + " ms");
                }
                if (wanted.test(next.message())) {
                    return next;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// When it was told that `id` is leaving.
    Told awaitLeaving(long id, int millis) {
        return await(
                message -> message.path("plugindata").path("data").path("leaving").asLong() == id,
                millis);
    }

    int unread() {
        return told.size();
    }

    /// From now on it answers nothing, as a machine whose network is gone.
    void freeze() {
        frozen = true;
    }

    /// Breaks the connection by a reset instead of closing it.
    void reset() {
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

    private JsonNode ask(String open) {
        send(open);
        return await(message -> message.path("transaction").asText().equals("t"), ANSWER_MILLIS)
                .message();
    }

    private void send(String open) {
        var ids =
                (session == 0 ? "" : ",\"session_id\":" + session)
                        + (handle == 0 ? "" : ",\"handle_id\":" + handle);
        write(TEXT, (open + ids + ",\"transaction\":\"t\"}").getBytes(StandardCharsets.UTF_8));
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
                    told.add(new Told(JSON.readTree(payload), System.nanoTime()));
                }
            }
        } catch (IOException | UncheckedIOException _) {
            // The connection is gone; whoever waits for something hears that nothing came.
        }
    }
}
