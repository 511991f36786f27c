// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

/// Who is told of what arrives at a [MediaSocket]; called on the media loop. Must not throw.
public interface DatagramReceiver {
    /// Datagrams that arrived together follow: the moment to read the clock once for all of them.
    void onBatchStart();

    /// One datagram, valid until this returns.
    void onDatagram(Datagram datagram);

    /// The batch is over: the moment to flush.
    void onBatchEnd();
}
