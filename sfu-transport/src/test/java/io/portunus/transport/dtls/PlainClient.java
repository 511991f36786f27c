// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/// A client that sends each handshake message in datagrams of its own, cut as small as is asked.
final class PlainClient implements DatagramTransport {
    private final LinkedBlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<SrtpKeyMaterial> connected = new CompletableFuture<>();
    private final int sendLimit;
    private final Consumer<byte[]> wire;
    private final DtlsIdentity identity;

    PlainClient(DtlsIdentity identity, int sendLimit, Consumer<byte[]> wire) {
        this.identity = identity;
        this.sendLimit = sendLimit;
        this.wire = wire;
    }

    void start() {
        Thread.ofVirtual().start(this::run);
    }

    private void run() {
        var server = new Fingerprint("sha-256", DtlsEnd.SERVER.fingerprint());
        var client =
                new SrtpClient(
                        identity,
                        List.of(server),
                        List.of(SrtpProfile.AES128_CM_HMAC_SHA1_80, SrtpProfile.AEAD_AES_128_GCM),
                        20_000,
                        30,
                        () -> {});
        try {
            var transport = new DTLSClientProtocol().connect(client, this);
            connected.complete(client.srtp().keys());
            while (true) {
                transport.receive(new byte[2_048], 0, 2_048, 20_000);
            }
        } catch (IOException e) {
            connected.completeExceptionally(e);
        }
    }

    void deliver(byte[] datagram) {
        arrived.add(datagram);
    }

    CompletableFuture<SrtpKeyMaterial> connected() {
        return connected;
    }

    @Override
    public int getReceiveLimit() {
        return 2_048;
    }

    @Override
    public int getSendLimit() {
        return sendLimit;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        wire.accept(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        byte @Nullable [] datagram;
        try {
            datagram = arrived.poll(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (datagram == null) {
            return -1;
        }
        System.arraycopy(datagram, 0, buffer, offset, datagram.length);
        return datagram.length;
    }

    @Override
    public void close() {}
}
