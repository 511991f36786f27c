// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Tally.Count;
import io.portunus.bench.load.udp.Address;
import io.portunus.bench.load.udp.SendBatch;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpOutbound;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one publisher sends. Sent by the pacing thread; what the server answers comes on the
/// network thread.
public final class Uplink implements Media {
    private static final int RTCP_ROOM = 1_500;

    private final List<OutgoingStream> streams;
    private final Tally tally;
    private final Rtcp rtcp = new Rtcp();
    private final byte[] work = new byte[RTCP_ROOM];
    private @Nullable SrtpOutbound outbound;
    private int transportSequence;

    public Uplink(List<OutgoingStream> streams, Tally tally) {
        this.streams = List.copyOf(streams);
        this.tally = tally;
    }

    public List<OutgoingStream> streams() {
        return streams;
    }

    /// On the pacing thread: sends the next burst of one of its streams.
    ///
    /// @return how many packets that are
    int send(
            OutgoingStream stream,
            Connection connection,
            SrtpCipherProvider ciphers,
            SendBatch batch,
            long dueNanos,
            long wallNanos) {
        var srtp = outbound(connection, ciphers);
        var to = connection.remote();
        if (srtp == null || to == Address.NONE) {
            return 0;
        }
        transportSequence =
                stream.addBurst(batch, srtp, to, dueNanos, wallNanos, transportSequence);
        return stream.shape().burst();
    }

    /// On the pacing thread: sends a sender report for each stream.
    void report(Connection connection, SrtpCipherProvider ciphers, long wallNanos) {
        var srtp = outbound(connection, ciphers);
        if (srtp == null) {
            return;
        }
        for (var stream : streams) {
            stream.report(rtcp, wallNanos);
            connection.sendRtcp(srtp, rtcp.take(), work);
        }
    }

    private @Nullable SrtpOutbound outbound(Connection connection, SrtpCipherProvider ciphers) {
        if (outbound == null) {
            outbound = connection.outbound(ciphers);
        }
        return outbound;
    }

    @Override
    public void onRtp(
            Connection connection, MemorySegment memory, long at, int bytes, long receivedAt) {
        // Servers send a publisher nothing but RTCP.
    }

    @Override
    public void onRtcp(Connection connection, ByteBuffer packet, long nowNanos) {
        var type = packet.get(1) & 0xFF;
        var format = packet.get(0) & 0x1F;
        if (packet.remaining() < 12) {
            return;
        }
        if (type == Rtcp.PAYLOAD_FEEDBACK && (format == Rtcp.PLI || format == Rtcp.FIR)) {
            var about = packet.getInt(format == Rtcp.FIR && packet.remaining() >= 16 ? 12 : 8);
            for (var stream : streams) {
                if (stream.ssrc() == about) {
                    tally.count(Count.KEY_FRAMES_ASKED);
                    stream.wantKeyFrame();
                }
            }
        } else if (type == Rtcp.TRANSPORT_FEEDBACK && format == Rtcp.NACK) {
            tally.count(Count.RETRANSMISSIONS_ASKED);
        }
    }

    @Override
    public void onTick(Connection connection, long nowNanos) {
        // It is paced elsewhere.
    }
}
