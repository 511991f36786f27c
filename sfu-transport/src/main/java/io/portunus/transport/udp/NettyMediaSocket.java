// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.Future;
import io.portunus.core.fate.Fate;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A UDP socket through Netty's own datagram channel: works everywhere Java does, and makes objects
/// for every datagram. Confined to its media loop.
final class NettyMediaSocket implements MediaSocket {
    /// How much may wait for the system to take it before datagrams are dropped, and when it is
    /// little enough again.
    private static final WriteBufferWaterMark WAITING =
            new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

    private final SocketSetup setup;
    private final DatagramChannel channel;
    private final InetSocketAddress localAddress;
    private final MemorySegment received = Arena.ofAuto().allocate(MAX_DATAGRAM_BYTES, 64);
    private final Datagram datagram = new Datagram(this);

    NettyMediaSocket(SocketSetup setup, InetSocketAddress local) {
        this.setup = setup;
        var family =
                Path.familyOf(local.getAddress()) == Path.AF_INET
                        ? SocketProtocolFamily.INET
                        : SocketProtocolFamily.INET6;
        // One byte more than we take shows which datagrams are longer.
        var buffers = new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES + 1);
        buffers.maxMessagesPerRead(BATCH);
        var bound =
                new Bootstrap()
                        .group(setup.loop())
                        .channelFactory(() -> new NioDatagramChannel(family))
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, buffers)
                        .option(ChannelOption.SO_RCVBUF, setup.receiveBufferBytes())
                        .option(ChannelOption.SO_SNDBUF, setup.sendBufferBytes())
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
                        .handler(new Inbox())
                        .bind(local)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw BindFailure.of("bind", local, String.valueOf(bound.cause().getMessage()));
        }
        channel = (DatagramChannel) bound.channel();
        localAddress = channel.localAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void start(DatagramReceiver receiver) {
        channel.pipeline().get(Inbox.class).receiver = receiver;
        channel.config().setAutoRead(true);
    }

    /// Copies what arrives to native memory, as the receiver expects it.
    private final class Inbox extends SimpleChannelInboundHandler<DatagramPacket> {
        private @Nullable DatagramReceiver receiver;
        private boolean inBatch;

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            var length = packet.content().readableBytes();
            if (length > MAX_DATAGRAM_BYTES) {
                setup.fates().count(Fate.DATAGRAM_TOO_LARGE);
            } else if (receiver != null) {
                startBatch(receiver);
                var bytes = received.asSlice(0, length);
                packet.content().readBytes(bytes.asByteBuffer());
                var address = packet.sender().getAddress();
                datagram.from(Path.highOf(address), Path.lowOf(address), packet.sender().getPort());
                receiver.onDatagram(datagram.bytes(received, 0, length));
            }
        }

        private void startBatch(DatagramReceiver receiver) {
            if (!inBatch) {
                inBatch = true;
                receiver.onBatchStart(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (inBatch && receiver != null) {
                inBatch = false;
                receiver.onBatchEnd();
            }
        }

        /// An ICMP error of an earlier send, such as a closed port: nothing to end a socket for.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            setup.fates().count(Fate.SOCKET_ERROR);
        }
    }

    @Override
    public void queue(Path path, long offset, int length) {
        if (!channel.isWritable()) {
            setup.fates().count(Fate.SOCKET_FULL);
            return;
        }
        setup.egress().complete();
        var bytes = channel.alloc().directBuffer(length);
        bytes.writeBytes(setup.egress().memory().asSlice(offset, length).asByteBuffer());
        channel.write(new DatagramPacket(bytes, path.remote())).addListener(this::onWritten);
    }

    private void onWritten(Future<?> write) {
        setup.fates().count(write.isSuccess() ? Fate.DATAGRAM_SENT : Fate.SOCKET_ERROR);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public int receiveBufferBytes() {
        return channel.isOpen() ? channel.config().getReceiveBufferSize() : 0;
    }

    @Override
    public int sendBufferBytes() {
        return channel.isOpen() ? channel.config().getSendBufferSize() : 0;
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
    public void close() {
        var _ = channel.close();
    }
}
