// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/// The two queues between a media loop and the thread of a DTLS session. What is sent is gathered
/// until the session waits for an answer, since a flight in one datagram is lost or arrives as a
/// whole. Thread-safe.
final class DtlsDatagrams implements DatagramTransport {
    /// How many datagrams may wait for the session.
    static final int MAX_WAITING = 64;

    /// How many datagrams of a handshake may be sent: over a bad network it takes a dozen, while
    /// who repeats the client's hello, from a forged address perhaps, could ask for any number.
    static final int MAX_HANDSHAKE_SENDS = 48;

    /// How often our last flight is repeated; a client's own patience asks for no more.
    static final int MAX_REPEATS = 10;

    /// What fits any path that a browser uses, with the headers of IPv6, UDP and a TURN channel.
    private static final int MAX_SEND_BYTES = 1_200;

    private static final int MAX_RECEIVE_BYTES = 2_048;

    /// How long a ClientHello may stay incomplete before what has come of it is forgotten.
    private static final long HELLO_PATIENCE_MILLIS = 3_000;

    private static final byte[] WAKE = new byte[0];

    private final ArrayBlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final DtlsPermits permits;
    private final Consumer<byte[]> sender;
    private final byte[] gathered = new byte[MAX_SEND_BYTES];
    private int gatheredBytes;
    private byte @Nullable [] lastFlight;
    private int repeats;
    private int handshakeSends;
    private boolean isHeld;
    private volatile boolean isShut;
    private volatile boolean hasPeerClosed;
    private long helloBeganAtNanos;
    private boolean isHelloExpected;
    private boolean hasHelloBegun;

    /// @param sender takes a datagram that is to be sent; called on the session's thread
    DtlsDatagrams(DtlsPermits permits, Consumer<byte[]> sender) {
        this.permits = permits;
        this.sender = sender;
    }

    /// False when too many wait already.
    boolean offer(byte[] datagram) {
        return waiting.offer(datagram);
    }

    /// A server starts over: whatever came of a hello so far and was to be answered is forgotten.
    void expectHello() {
        isHelloExpected = true;
        hasHelloBegun = false;
        hasPeerClosed = false;
        hold(true);
    }

    /// A hello has proven usable: from here on there is an answer.
    void onHello() {
        isHelloExpected = false;
        hold(false);
    }

    /// The peer's close_notify has come.
    void onPeerClosed() {
        hasPeerClosed = true;
    }

    boolean hasPeerClosed() {
        return hasPeerClosed;
    }

    boolean isShut() {
        return isShut;
    }

    /// Ends every wait; nothing is sent any more.
    void shut() {
        isShut = true;
        waiting.offer(WAKE);
    }

    private synchronized void hold(boolean hold) {
        isHeld = hold;
        if (hold) {
            gatheredBytes = 0;
        }
    }

    /// Stops sending: what is gathered from now on is for [#takeGathered].
    synchronized void gatherOnly() {
        isHeld = true;
        gatheredBytes = 0;
    }

    synchronized byte @Nullable [] takeGathered() {
        var taken = gatheredBytes == 0 ? null : Arrays.copyOf(gathered, gatheredBytes);
        gatheredBytes = 0;
        return taken;
    }

    @Override
    public int getReceiveLimit() {
        return MAX_RECEIVE_BYTES;
    }

    @Override
    public int getSendLimit() {
        return MAX_SEND_BYTES;
    }

    @Override
    public synchronized void send(byte[] buffer, int offset, int length) throws IOException {
        if (length > MAX_SEND_BYTES) {
            throw new IOException("a record of " + length + " bytes");
        }
        if (gatheredBytes + length > MAX_SEND_BYTES) {
            flush();
        }
        System.arraycopy(buffer, offset, gathered, gatheredBytes, length);
        gatheredBytes += length;
    }

    synchronized void flush() {
        if (gatheredBytes > 0) {
            if (!isHeld && !isShut && ++handshakeSends <= MAX_HANDSHAKE_SENDS) {
                sender.accept(Arrays.copyOf(gathered, gatheredBytes));
            }
            gatheredBytes = 0;
        }
    }

    /// Sends the flight that ends the handshake, and keeps it for a client that it does not reach.
    synchronized void sendLastFlight() {
        lastFlight = gatheredBytes == 0 ? null : Arrays.copyOf(gathered, gatheredBytes);
        handshakeSends = 0;
        flush();
    }

    /// RFC 6347 §4.2.4: a repeated Finished asks for our last flight. Bouncy Castle answers only
    /// when all of the client's flight has come again, which on a bad network it seldom does.
    private synchronized void repeatLastFlight(byte[] datagram) {
        if (lastFlight != null
                && repeats < MAX_REPEATS
                && !isHeld
                && DtlsRecordFilter.holdsFinished(datagram)) {
            repeats++;
            sender.accept(lastFlight);
        }
    }

    /// @param waitMillis 0 to wait for ever
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        flush();
        var datagram = next(waitMillis);
        if (isShut || hasPeerClosed) {
            throw new IOException("closed");
        }
        if (datagram == null || datagram.length > length) {
            return -1;
        }
        repeatLastFlight(datagram);
        System.arraycopy(datagram, 0, buffer, offset, datagram.length);
        return datagram.length;
    }

    private byte @Nullable [] next(int waitMillis) throws IOException {
        if (isShut || hasPeerClosed) {
            return null;
        }
        var longest = checkHelloPatience(waitMillis);
        permits.release();
        try {
            var datagram =
                    longest == 0 ? waiting.take() : waiting.poll(longest, TimeUnit.MILLISECONDS);
            if (datagram != null && isHelloExpected && !hasHelloBegun) {
                hasHelloBegun = true;
                helloBeganAtNanos = System.nanoTime();
            }
            return datagram;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException().initCause(e);
        } finally {
            permits.acquire();
        }
    }

    /// Fragments of a hello that belong to nothing must not stand in a real one's way for ever.
    private long checkHelloPatience(int waitMillis) throws IOException {
        if (!isHelloExpected || !hasHelloBegun) {
            return waitMillis;
        }
        var millis = (System.nanoTime() - helloBeganAtNanos) / 1_000_000;
        if (millis >= HELLO_PATIENCE_MILLIS) {
            throw new IOException("no complete ClientHello in " + millis + " ms");
        }
        var left = HELLO_PATIENCE_MILLIS - millis;
        return waitMillis == 0 ? left : Math.min(waitMillis, left);
    }

    /// Bouncy Castle has finished with it, for now at least.
    @Override
    public void close() {
        synchronized (this) {
            if (!isHeld) {
                flush();
            }
        }
    }
}
