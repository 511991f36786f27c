// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.net.InetSocketAddress;

/// One UDP socket of a media loop, bound to one local address. Confined to its media loop, but for
/// [#localAddress] and the buffer sizes.
///
/// There is one for each address that we advertise, because the answer to a check must come from
/// the very address that the check was sent to.
public interface MediaSocket {
    /// The longest datagram that is taken in or sent; anything a browser sends fits an Ethernet
    /// frame, so a longer one is refused and counted.
    int MAX_DATAGRAM_BYTES = 2_048;

    /// How many datagrams one batch takes in at most.
    int BATCH = 64;

    /// The address and port that it is bound to; the port is never 0.
    InetSocketAddress localAddress();

    /// Starts telling the receiver of what arrives. Called once.
    void start(DatagramReceiver receiver);

    /// Queues the datagram that lies in the loop's [EgressMemory] at `offset`. The bytes must stay
    /// as they are until [#flush], which may happen within this call when the queue is full, but
    /// for what [EgressMemory#complete] writes, which is called before.
    ///
    /// What is queued by the same path object is sent in the order in which it was queued; what is
    /// queued by different ones may overtake each other.
    void queue(Path path, long offset, int length);

    /// Sends what is queued. What the system doesn't take is dropped and counted.
    void flush();

    /// The receive buffer that the system granted, in the bytes that we asked for by; 0 if unknown.
    int receiveBufferBytes();

    /// The send buffer that the system granted, in the bytes that we asked for by; 0 if unknown.
    int sendBufferBytes();

    /// Whether equal-sized datagrams for one destination go as one message, which the system cuts
    /// apart.
    boolean sendsRuns();

    /// How many datagrams the system has thrown away since the socket was opened because we were
    /// too slow to read them; 0 where the system doesn't tell.
    long kernelDrops();

    /// Stops and frees the port; what is queued is not sent.
    void close();
}
