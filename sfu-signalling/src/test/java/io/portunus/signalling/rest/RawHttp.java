// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A TCP connection whose every byte the test decides, and the answers that come over it.
public final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 8_000;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private boolean broken;

    /// One answer; what was read of it where the connection ends before.
    public record Answer(String head, String body) {}

    public RawHttp(int port) {
        try {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            out = socket.getOutputStream();
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void send(String text) {
        if (!trySend(text)) {
            throw new AssertionError("the connection broke");
        }
    }

    /// False where the connection is broken.
    boolean trySend(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return true;
        } catch (IOException _) {
            broken = true;
            return false;
        }
    }

    boolean isBroken() {
        return broken;
    }

    public Answer answer() {
        var head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                var next = in.read();
                if (next < 0) {
                    return new Answer(head.toString(), "");
                }
                head.append((char) next);
            }
            var length = 0;
            for (var line : head.toString().split("\r\n", -1)) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            return new Answer(
                    head.toString(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
        } catch (java.net.SocketTimeoutException _) {
            throw new AssertionError("no answer came; so far: " + head);
        } catch (IOException _) {
            return new Answer(head.toString(), "");
        }
    }

    /// Whether the server closes the connection, after whatever it still says.
    boolean isClosedByServer() {
        try {
            while (in.read() >= 0) {}
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// Breaks the connection off, without a goodbye.
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
}
