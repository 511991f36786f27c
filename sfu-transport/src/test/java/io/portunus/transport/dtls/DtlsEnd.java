// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.core.fate.Fate;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One end of a handshake under test, and what came of it. Whatever is delivered to it comes from
/// one thread at a time, as on a media loop.
final class DtlsEnd implements DtlsSession.Listener {
    static final DtlsIdentity SERVER = DtlsIdentity.selfSigned(new SecureRandom());
    static final DtlsIdentity CLIENT = DtlsIdentity.selfSigned(new SecureRandom());
    static final DtlsSettings FAST =
            new DtlsSettings(Duration.ofSeconds(20), Duration.ofMillis(20));
    private static final int PATIENCE_SECONDS = 30;

    private final CompletableFuture<SrtpKeyMaterial> connected = new CompletableFuture<>();
    private final CompletableFuture<PeerEnd> ended = new CompletableFuture<>();
    final DtlsSession session;
    Consumer<byte[]> wire = _ -> {};

    DtlsEnd(DtlsRole role, String expectedFingerprint, SrtpProfile... profiles) {
        this(role, expectedFingerprint, FAST, new DtlsPermits(4), profiles);
    }

    DtlsEnd(
            DtlsRole role,
            String expectedFingerprint,
            DtlsSettings settings,
            DtlsPermits permits,
            SrtpProfile... profiles) {
        session =
                new DtlsSession(
                        role == DtlsRole.SERVER ? SERVER : CLIENT,
                        role,
                        List.of(new Fingerprint("sha-256", expectedFingerprint)),
                        profiles.length == 0 ? List.of(SrtpProfile.values()) : List.of(profiles),
                        settings,
                        permits,
                        this);
    }

    static DtlsEnd server() {
        return new DtlsEnd(DtlsRole.SERVER, CLIENT.fingerprint());
    }

    static DtlsEnd client(SrtpProfile... profiles) {
        return new DtlsEnd(DtlsRole.CLIENT, SERVER.fingerprint(), profiles);
    }

    synchronized Fate deliver(byte[] datagram) {
        return session.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length);
    }

    SrtpKeyMaterial keys() {
        assertThat(connected).as("handshake").succeedsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return connected.join();
    }

    PeerEnd end() {
        assertThat(ended).as("end").succeedsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return ended.join();
    }

    boolean isConnected() {
        return connected.isDone();
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    @Override
    public void send(byte[] datagram) {
        wire.accept(datagram);
    }

    @Override
    public void onConnected(SrtpKeyMaterial keys) {
        connected.complete(keys);
    }

    @Override
    public void onEnded(PeerEnd end, String reason) {
        ended.complete(end);
        connected.completeExceptionally(new AssertionError("ended: " + end + ", " + reason));
    }
}
