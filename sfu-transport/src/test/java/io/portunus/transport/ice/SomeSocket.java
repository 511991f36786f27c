// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import io.portunus.transport.udp.DatagramReceiver;
import io.portunus.transport.udp.MediaSocket;
import io.portunus.transport.udp.Path;
import java.net.InetSocketAddress;

/// A socket that only gives paths a place to start from.
final class SomeSocket implements MediaSocket {
    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress("192.0.2.254", 10_000);
    }

    @Override
    public void start(DatagramReceiver receiver) {}

    @Override
    public void queue(Path path, long offset, int length) {}

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
    public long kernelDrops() {
        return 0;
    }

    @Override
    public void close() {}
}
