// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.fate.Fate;
import io.portunus.transport.srtp.JdkCipherProvider;
import io.portunus.transport.srtp.SrtpInbound;
import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpOutbound;
import io.portunus.transport.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DtlsSessionTest {
    private static final String HELLO_HEADER = "16feff0000000000000000";

    private record Pair(DtlsEnd server, DtlsEnd client) {
        static Pair over(long seed, double loss, DtlsEnd server, DtlsEnd client) {
            server.wire = new LossyWire(seed, loss, client::deliver);
            client.wire = new LossyWire(~seed, loss, server::deliver);
            server.session.start();
            client.session.start();
            return new Pair(server, client);
        }

        static Pair connected() {
            var pair = over(1, 0, DtlsEnd.server(), DtlsEnd.client());
            pair.server.keys();
            pair.client.keys();
            return pair;
        }
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void bothEndsAgreeOnKeysForEachProfile(SrtpProfile profile) {
        var pair = Pair.over(1, 0, DtlsEnd.server(), DtlsEnd.client(profile));
        assertThat(pair.server.keys().profile()).isEqualTo(profile);
        understandEachOther(pair.server.keys(), pair.client.keys());
    }

    @Test
    void theServerPrefersGcmWhateverTheClientListsFirst() {
        var client =
                DtlsEnd.client(
                        SrtpProfile.AES128_CM_HMAC_SHA1_80,
                        SrtpProfile.AEAD_AES_256_GCM,
                        SrtpProfile.AEAD_AES_128_GCM);
        var pair = Pair.over(1, 0, DtlsEnd.server(), client);
        assertThat(pair.server.keys().profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
        assertThat(pair.client.keys().profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 20})
    void handshakesCompleteOverANetworkThatLosesAndReorders(int percent) {
        var pairs = new ArrayList<Pair>();
        for (var seed = 0; seed < 12; seed++) {
            pairs.add(Pair.over(seed, percent / 100.0, DtlsEnd.server(), DtlsEnd.client()));
        }
        for (var pair : pairs) {
            understandEachOther(pair.server.keys(), pair.client.keys());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void aHelloInManyPiecesIsUnderstoodInAnyOrder(int percent) {
        for (var seed = 0; seed < 4; seed++) {
            var server = DtlsEnd.server();
            var toServer = new LossyWire(seed, Math.max(0.001, percent / 100.0), server::deliver);
            var client = new PlainClient(DtlsEnd.CLIENT, 100, toServer);
            server.wire = new LossyWire(~seed, percent / 100.0, client::deliver);
            server.session.start();
            client.start();
            assertThat(client.connected()).succeedsWithin(30, TimeUnit.SECONDS);
            understandEachOther(server.keys(), client.connected().join());
        }
    }

    @Test
    void aLostCertificateVerifyDoesNotHangTheHandshake() {
        var server = DtlsEnd.server();
        var lost = new AtomicInteger();
        var client =
                new PlainClient(
                        DtlsEnd.CLIENT,
                        1_200,
                        datagram -> {
                            // Handshake record, message type 15.
                            var isVerify = datagram[0] == 22 && datagram[13] == 15;
                            if (!isVerify || lost.incrementAndGet() > 2) {
                                server.deliver(datagram);
                            }
                        });
        server.wire = client::deliver;
        server.session.start();
        client.start();
        assertThat(client.connected()).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(lost.get()).isGreaterThan(2);
        understandEachOther(server.keys(), client.connected().join());
    }

    @Test
    void aClientWithAnotherCertificateThanItsSdpNamesIsRefused() {
        var strict = new DtlsEnd(DtlsRole.SERVER, DtlsEnd.SERVER.fingerprint());
        var pair = Pair.over(1, 0, strict, DtlsEnd.client());
        assertThat(pair.server.end()).isEqualTo(PeerEnd.DTLS_FAILED);
    }

    @Test
    void aServerWithAnotherCertificateThanItsSdpNamesIsRefused() {
        var strict = new DtlsEnd(DtlsRole.CLIENT, DtlsEnd.CLIENT.fingerprint());
        var settings = new DtlsSettings(Duration.ofSeconds(5), Duration.ofMillis(20));
        var fingerprint = DtlsEnd.CLIENT.fingerprint();
        var server = new DtlsEnd(DtlsRole.SERVER, fingerprint, settings, new DtlsPermits(4));
        var pair = Pair.over(1, 0, server, strict);
        assertThat(pair.client.end()).isEqualTo(PeerEnd.DTLS_FAILED);
        // Its alert is readable, so that anybody could have written it.
        assertThat(pair.server.end()).isEqualTo(PeerEnd.DTLS_TIMEOUT);
    }

    @Test
    void datagramsThatCameBeforeTheSessionStartedAreNotLost() {
        var server = DtlsEnd.server();
        var client = DtlsEnd.client();
        client.wire = server::deliver;
        server.wire = client::deliver;
        client.session.start();
        server.session.start();
        understandEachOther(server.keys(), client.keys());
    }

    @Test
    void noBadHelloEndsTheHandshake() {
        var server = DtlsEnd.server();
        server.session.start();
        // A hello whose body is garbage, one that offers nothing, and a wrong first message.
        server.deliver(handshakeRecord(0, 1, 0, HexFormat.of().parseHex("fefd" + "00".repeat(60))));
        server.deliver(handshakeRecord(1, 1, 0, new byte[] {1, 2, 3}));
        server.deliver(handshakeRecord(2, 14, 0, new byte[0]));
        var client = DtlsEnd.client();
        client.wire = server::deliver;
        server.wire = client::deliver;
        client.session.start();
        understandEachOther(server.keys(), client.keys());
    }

    @Test
    void aPieceOfAHelloThatNeverBecomesWholeIsForgotten() {
        var server = DtlsEnd.server();
        server.session.start();
        var piece = handshakeRecord(0, 1, 0, new byte[100]);
        piece[14] = 0x0F;
        server.deliver(piece);
        var client = DtlsEnd.client();
        client.wire = server::deliver;
        server.wire = client::deliver;
        client.session.start();
        understandEachOther(server.keys(), client.keys());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void strayBytesBetweenTheFlightsEndNothing(long seed) {
        var random = new SplittableRandom(seed);
        var server = DtlsEnd.server();
        var client = DtlsEnd.client();
        client.wire =
                datagram -> {
                    server.deliver(junk(random));
                    server.deliver(closeNotify());
                    server.deliver(datagram);
                    server.deliver(junk(random));
                };
        server.wire = client::deliver;
        server.session.start();
        client.session.start();
        understandEachOther(server.keys(), client.keys());
        assertThat(server.hasEnded()).isFalse();
    }

    @Test
    void noReadableAlertEndsAHandshakeOnEitherSide() {
        var server = DtlsEnd.server();
        var client = DtlsEnd.client();
        client.wire =
                datagram -> {
                    server.deliver(datagram);
                    server.deliver(fatalAlert());
                };
        server.wire =
                datagram -> {
                    client.deliver(fatalAlert());
                    client.deliver(datagram);
                };
        server.session.start();
        client.session.start();
        understandEachOther(server.keys(), client.keys());
    }

    /// Anybody can write a record that claims to come after all others, or to be of older times.
    @Test
    void noRecordNumberOrVersionKeepsTheOtherRecordsOut() {
        var far = HexFormat.of().parseHex("17fefd0000ffffffffffff000100");
        // A piece of the 500th message, which nobody waits for.
        var ahead =
                HexFormat.of()
                        .parseHex("16feff0000fffffffffff0000d" + "0b00000101f400000000000100");
        var server = DtlsEnd.server();
        var client = DtlsEnd.client();
        client.wire =
                datagram -> {
                    server.deliver(far);
                    server.deliver(ahead);
                    server.deliver(datagram);
                };
        server.wire =
                datagram -> {
                    client.deliver(far);
                    client.deliver(ahead);
                    client.deliver(datagram);
                };
        server.session.start();
        client.session.start();
        understandEachOther(server.keys(), client.keys());
    }

    @Test
    void aLostLastFlightIsSentAgainWheneverTheClientRepeatsItsFinished() {
        var server = DtlsEnd.server();
        var repeated = new AtomicInteger();
        // Of what the client repeats once the server is content, only its Finished gets through.
        var client =
                new PlainClient(
                        DtlsEnd.CLIENT,
                        100,
                        datagram -> {
                            if (!server.isConnected()) {
                                server.deliver(datagram);
                            } else if (datagram[4] == 1 && repeated.incrementAndGet() > 1) {
                                server.deliver(datagram);
                            }
                        });
        var lost = new AtomicInteger();
        server.wire =
                datagram -> {
                    var isLast = datagram[0] == 20;
                    if (!isLast || lost.incrementAndGet() > 2) {
                        client.deliver(datagram);
                    }
                };
        server.session.start();
        client.start();
        assertThat(client.connected())
                .as("a client whose server has said its last word once")
                .succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(lost).hasValueGreaterThan(2);
        understandEachOther(server.keys(), client.connected().join());
    }

    @Test
    void aStrangerWhoRepeatsRecordsGetsOnlySoManyAnswers() {
        var server = DtlsEnd.server();
        var client = DtlsEnd.client();
        var sent = new AtomicInteger();
        client.wire = server::deliver;
        server.wire =
                datagram -> {
                    sent.incrementAndGet();
                    client.deliver(datagram);
                };
        server.session.start();
        client.session.start();
        understandEachOther(server.keys(), client.keys());
        var goodbye = goodbyeOf(client);
        var forged = HexFormat.of().parseHex("16fefd0001000000000063" + "0018" + "00".repeat(24));
        for (var i = 0; i < 40; i++) {
            server.deliver(forged);
        }
        server.deliver(goodbye);
        assertThat(server.end()).isEqualTo(PeerEnd.DTLS_CLOSED);
        assertThat(sent.get()).as("datagrams sent").isLessThan(30);
    }

    @Test
    void whoeverRepeatsAHelloGetsOnlySoManyAnswers() throws InterruptedException {
        var hello = new LinkedBlockingQueue<byte[]>();
        var client = DtlsEnd.client();
        client.wire = hello::add;
        client.session.start();
        var first = Objects.requireNonNull(hello.poll(10, TimeUnit.SECONDS), "a hello");
        client.session.close();

        var answers = new LinkedBlockingQueue<byte[]>();
        var settings = new DtlsSettings(Duration.ofSeconds(20), Duration.ofSeconds(5));
        var permits = new DtlsPermits(1);
        var server = new DtlsEnd(DtlsRole.SERVER, DtlsEnd.CLIENT.fingerprint(), settings, permits);
        server.wire = answers::add;
        server.session.start();
        var answered = 0;
        for (var i = 0; i < 200; i++) {
            var repeated = first.clone();
            repeated[10] = (byte) i;
            server.deliver(repeated);
            // The first one has to be made, which takes long on a busy machine.
            if (answers.poll(answered == 0 ? 10_000 : 500, TimeUnit.MILLISECONDS) == null) {
                break;
            }
            answered++;
        }
        server.session.close();
        assertThat(answered)
                .as("flights sent to an address that has shown nothing but a check")
                .isBetween(1, DtlsDatagrams.MAX_HANDSHAKE_SENDS);
    }

    @Test
    void ourGoodbyeEndsTheClientAtOnce() {
        var pair = Pair.connected();
        var goodbye = goodbyeOf(pair.server);
        pair.client.deliver(goodbye);
        assertThat(pair.client.end()).isEqualTo(PeerEnd.DTLS_CLOSED);
    }

    @Test
    void theClientsGoodbyeEndsUsAtOnce() {
        var pair = Pair.connected();
        var goodbye = goodbyeOf(pair.client);
        pair.server.deliver(goodbye);
        assertThat(pair.server.end()).isEqualTo(PeerEnd.DTLS_CLOSED);
        assertThat(pair.server.session.close()).isNull();
    }

    @Test
    void afterTheHandshakeForgeriesChangeNothing() {
        var pair = Pair.connected();
        var goodbye = goodbyeOf(pair.client);
        var forged = goodbye.clone();
        forged[forged.length - 1] ^= 1;
        pair.server.deliver(forged);
        pair.server.deliver(closeNotify());
        pair.server.deliver(handshakeRecord(9, 1, 0, new byte[64]));
        pair.server.deliver(goodbye);
        assertThat(pair.server.end()).isEqualTo(PeerEnd.DTLS_CLOSED);
    }

    @Test
    void silenceEndsWithATimeout() {
        var settings = new DtlsSettings(Duration.ofSeconds(1), Duration.ofMillis(50));
        var permits = new DtlsPermits(1);
        var server = new DtlsEnd(DtlsRole.SERVER, DtlsEnd.CLIENT.fingerprint(), settings, permits);
        server.session.start();
        assertThat(server.end()).isEqualTo(PeerEnd.DTLS_TIMEOUT);
    }

    @Test
    void silentClientsKeepNobodyElseWaiting() {
        var permits = new DtlsPermits(1);
        for (var i = 0; i < 20; i++) {
            new DtlsEnd(DtlsRole.SERVER, "00", DtlsEnd.FAST, permits).session.start();
        }
        var pairs = new ArrayList<Pair>();
        for (var i = 0; i < 20; i++) {
            var fingerprint = DtlsEnd.CLIENT.fingerprint();
            var server = new DtlsEnd(DtlsRole.SERVER, fingerprint, DtlsEnd.FAST, permits);
            pairs.add(Pair.over(i, 0, server, DtlsEnd.client()));
        }
        for (var pair : pairs) {
            understandEachOther(pair.server.keys(), pair.client.keys());
        }
    }

    @Test
    void aHandshakeTakesOnlySoManyDatagrams() {
        var server = DtlsEnd.server();
        var record = handshakeRecord(0, 1, 0, new byte[64]);
        var accepted = 0;
        for (var i = 0; i < 1_000; i++) {
            accepted += server.deliver(record) == Fate.DTLS_RECEIVED ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(DtlsDatagrams.MAX_WAITING);
        assertThat(server.deliver(record)).isEqualTo(Fate.DTLS_QUEUE_FULL);
    }

    private static byte[] goodbyeOf(DtlsEnd end) {
        return Objects.requireNonNull(end.session.close(), "close_notify");
    }

    /// Both directions decrypt what the other encrypts.
    private static void understandEachOther(SrtpKeyMaterial server, SrtpKeyMaterial client) {
        assertThat(server.profile()).isEqualTo(client.profile());
        decrypts(server, false, client, true);
        decrypts(client, true, server, false);
    }

    private static void decrypts(
            SrtpKeyMaterial from, boolean fromClient, SrtpKeyMaterial to, boolean toClient) {
        var provider = new JdkCipherProvider();
        var memory = MemorySegment.ofArray(new byte[256]);
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80);
        try (var outbound = new SrtpOutbound(from, fromClient, provider);
                var inbound = new SrtpInbound(to, toClient, provider)) {
            var length = outbound.protectRtp(memory, 0, 12, memory, 12, 100, 0);
            assertThat(inbound.unprotectRtp(memory, 0, length, memory, 0)).isEqualTo(112);
        }
    }

    private static byte[] junk(SplittableRandom random) {
        var bytes = new byte[random.nextInt(1, 200)];
        random.nextBytes(bytes);
        bytes[0] = (byte) random.nextInt(20, 26);
        return bytes;
    }

    private static byte[] fatalAlert() {
        return HexFormat.of().parseHex("15fefd000000000000003000020228");
    }

    private static byte[] closeNotify() {
        return HexFormat.of().parseHex("15fefd000000000000000700020100");
    }

    private static byte[] handshakeRecord(int record, int type, int sequence, byte[] body) {
        var hex =
                String.format(
                        "%s%02x%04x%02x%06x%04x000000%06x",
                        HELLO_HEADER.substring(0, 20),
                        record,
                        12 + body.length,
                        type,
                        body.length,
                        sequence,
                        body.length);
        return HexFormat.of().parseHex(hex + HexFormat.of().formatHex(body));
    }
}
