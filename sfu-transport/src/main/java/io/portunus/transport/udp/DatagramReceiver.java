// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

/// Who is told of what arrives at a [MediaSocket]; called on the media loop. Must not throw.
public interface DatagramReceiver {
    /// Datagrams that arrived together follow: the moment to read the clock once for all of them.
    ///
    /// @param atOnce whether all the time since the batch before went into receiving this one
    void onBatchStart(boolean atOnce);

    /// One datagram, valid until this returns.
    void onDatagram(Datagram datagram);

    /// The batch is over: the moment to flush.
    void onBatchEnd();
}
