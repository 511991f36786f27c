// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import io.portunus.transport.udp.DatagramReceiver;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.Path;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// A socket without a network: remembers where datagrams would have gone.
public final class QuietSocket implements MediaSocket {
    private final InetSocketAddress localAddress;
    private final List<Path> queued = new ArrayList<>();

    public QuietSocket(int port) {
        localAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// The path of each datagram that was queued, in order.
    public List<Path> queued() {
        return queued;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void start(DatagramReceiver receiver) {}

    @Override
    public void queue(Path path, long offset, int length) {
        queued.add(path);
    }

    @Override
    public void flush() {}

    @Override
    public int receiveBufferBytes() {
        return 0;
    }

    @Override
    public int sendBufferBytes() {
        return 0;
    }

    @Override
    public boolean sendsRuns() {
        return false;
    }

    @Override
    public long kernelDrops() {
        return 0;
    }

    @Override
    public void close() {}
}
