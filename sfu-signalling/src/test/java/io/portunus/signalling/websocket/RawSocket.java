// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.websocket;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A TCP connection whose every byte the test decides: an HTTP request, then WebSocket frames (RFC
/// 6455 §5.2), right or wrong.
final class RawSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    /// A frame from the server; the connection's end is one with opcode -1.
    record Frame(int opcode, String text, int closeCode) {
        static final Frame END = new Frame(-1, "", 0);
    }

    RawSocket(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            out = socket.getOutputStream();
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Connected, upgraded, and ready for frames.
    static RawSocket upgraded(int port) {
        var raw = new RawSocket(port);
        var head = raw.request(upgradeRequest());
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new AssertionError("the upgrade was refused: " + head);
        }
        return raw;
    }

    static String upgradeRequest() {
        return """
        GET / HTTP/1.1
        Host: localhost
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Protocol: janus-protocol

        """
                .replace("\n", "\r\n");
    }

    /// Sends `text` and reads the head of the answer; what was read so far where it ends before.
    String request(String text) {
        bytes(text.getBytes(StandardCharsets.ISO_8859_1));
        var head = new StringBuilder();
        try {
            while (!head.toString().endsWith("\r\n\r\n")) {
                var next = in.read();
                if (next < 0) {
                    break;
                }
                head.append((char) next);
            }
        } catch (SocketTimeoutException _) {
            return head + "(and then nothing for " + PATIENCE_MILLIS + " ms)";
        } catch (IOException e) {
            return head + "(" + e.getMessage() + ")";
        }
        return head.toString();
    }

    void bytes(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (SocketException _) {
            // The server has closed already, which the reader will see.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void text(String text) {
        frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /// @param first the first byte: FIN, reserved bits and opcode
    void frame(int first, byte[] payload) {
        bytes(framed(first, payload));
    }

    /// A frame that is masked with zeros.
    static byte[] framed(int first, byte[] payload) {
        var extra = payload.length < 126 ? 0 : payload.length < 1 << 16 ? 2 : 8;
        var frame = new byte[6 + extra + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | (extra == 0 ? payload.length : extra == 2 ? 126 : 127));
        for (var i = 0; i < extra; i++) {
            frame[2 + i] = (byte) ((long) payload.length >> (8 * (extra - 1 - i)));
        }
        System.arraycopy(payload, 0, frame, frame.length - payload.length, payload.length);
        return frame;
    }

    /// The next frame that is no ping.
    Frame next() {
        for (; ; ) {
            var frame = read();
            if (frame.opcode() != PING) {
                return frame;
            }
        }
    }

    /// The next frame.
    Frame read() {
        try {
            var opcode = in.readByte() & 0x0F;
            long length = in.readByte() & 0x7F;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            var payload = in.readNBytes((int) length);
            var code =
                    opcode == CLOSE && payload.length >= 2
                            ? ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF)
                            : 0;
            return new Frame(opcode, new String(payload, StandardCharsets.UTF_8), code);
        } catch (EOFException _) {
            return Frame.END;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came for " + PATIENCE_MILLIS + " ms", e);
        } catch (SocketException _) {
            return Frame.END;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether the server closes the connection; frames before that are passed over.
    boolean isClosedByServer() {
        try {
            while (in.read() >= 0) {
                // Whatever comes, only the end is of interest.
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// Waits no longer than `millis` for what is read from now on.
    void patience(int millis) {
        try {
            socket.setSoTimeout(millis);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Breaks the connection by a reset.
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
}
