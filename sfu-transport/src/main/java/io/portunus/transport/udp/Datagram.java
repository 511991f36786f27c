// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.MemorySegment;

/// A window onto one received datagram and where it came from. One instance per socket is pointed
/// at datagram after datagram; never keep a reference to it. Confined to its media loop.
///
/// An address is two longs: the 128 bits of an IPv6 address, or of the IPv6 form of an IPv4 one
/// (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2).
public final class Datagram {
    private final MediaSocket socket;
    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private int length;
    private long addressHigh;
    private long addressLow;
    private int port;

    public Datagram(MediaSocket socket) {
        this.socket = socket;
    }

    /// Points this window at `length` bytes at `offset`.
    public Datagram bytes(MemorySegment memory, long offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    /// Says who sent it.
    public Datagram from(long addressHigh, long addressLow, int port) {
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.port = port;
        return this;
    }

    /// The socket that it arrived on.
    public MediaSocket socket() {
        return socket;
    }

    /// What it lies in until the receiver returns; the receiver may change the bytes.
    public MemorySegment memory() {
        return memory;
    }

    public long offset() {
        return offset;
    }

    /// 0 to [MediaSocket#MAX_DATAGRAM_BYTES].
    public int length() {
        return length;
    }

    public DatagramKind kind() {
        return DatagramKind.of(memory, offset, length);
    }

    public long addressHigh() {
        return addressHigh;
    }

    public long addressLow() {
        return addressLow;
    }

    /// The sender's port, 0 to 65535.
    public int port() {
        return port;
    }

    /// The way back to the sender; a new object, so only once it is worth remembering.
    public Path pathBack() {
        return new Path(socket, addressHigh, addressLow, port);
    }
}
