// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/// Loopback sockets that take what is sent to them. Confined to one thread.
public final class Receivers implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int MAX_DATAGRAM_BYTES = 2_048;

    /// Told of each datagram.
    public interface Listener {
        /// @param datagram only valid within the call
        void onDatagram(int receiver, ByteBuffer datagram);
    }

    private final List<DatagramChannel> channels = new ArrayList<>();
    private final ByteBuffer read = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);

    public Receivers(int count) {
        try {
            for (var i = 0; i < count; i++) {
                var channel = DatagramChannel.open();
                channels.add(channel);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                channel.configureBlocking(false);
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("a receiver cannot be opened", e);
        }
    }

    /// Where they are.
    public List<InetSocketAddress> addresses() {
        var addresses = new ArrayList<InetSocketAddress>();
        for (var channel : channels) {
            addresses.add(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), channel.socket().getLocalPort()));
        }
        return addresses;
    }

    /// Takes everything that has arrived; how many datagrams.
    public int drain(Listener listener) {
        var count = 0;
        try {
            for (var i = 0; i < channels.size(); i++) {
                while (channels.get(i).receive(read.clear()) != null) {
                    listener.onDatagram(i, read.flip());
                    count++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    @Override
    public void close() {
        for (var channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
