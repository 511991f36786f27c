// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.deploy.testkit.JanusClient;
import io.portunus.deploy.testkit.ScriptedPublisher;
import io.portunus.deploy.testkit.ScriptedSubscriber;
import io.portunus.transport.testkit.StunReader;
import io.portunus.transport.testkit.StunWriter;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What anybody on the network may send to the assembled server harms no call and earns no answer.
@Timeout(60)
class StrangersTest {
    private static final long SEED = 20_260_101;
    private static final int DATAGRAMS_OF_A_KIND = 200;
    private static final int FAR_AHEAD = 20_000;

    /// Where every datagram of a stranger ends.
    private static final List<Fate> FATES_OF_STRANGERS =
            List.of(
                    Fate.DATAGRAM_TOO_LARGE,
                    Fate.UNKNOWN_PROTOCOL,
                    Fate.UNKNOWN_ADDRESS,
                    Fate.STUN_MALFORMED,
                    Fate.STUN_NOT_FOR_US,
                    Fate.STUN_NOT_AUTHENTIC);

    private static RunningServer server;
    private static JanusClient host;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of());
        host = server.client();
    }

    @AfterAll
    static void stop() {
        host.close();
        server.close();
    }

    @Test
    void strangersAreCountedAndGetNoAnswer() throws Exception {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher);
                var socket = new DatagramSocket(RunningServer.LOOPBACK)) {
            var before = counted(FATES_OF_STRANGERS);
            var datagrams = fromStrangers(publisher);

            sendDuringACall(
                    datagrams,
                    publisher,
                    subscriber,
                    datagram -> send(socket, publisher, datagram));

            RunningServer.await(
                    "datagrams of strangers that were counted",
                    () -> counted(FATES_OF_STRANGERS) - before,
                    counted -> counted >= datagrams.size());
            assertThat(counted(FATES_OF_STRANGERS) - before)
                    .as("each is counted once")
                    .isEqualTo(datagrams.size());
            isTheFirstAnswer(socket, publisher);
            exchange(publisher, subscriber, datagrams.size(), 10);
        }
    }

    private static List<byte[]> fromStrangers(ScriptedPublisher publisher) {
        var random = new Random(SEED);
        var datagrams = new ArrayList<byte[]>();
        for (var i = 0; i < DATAGRAMS_OF_A_KIND; i++) {
            datagrams.add(garbage(random, 0, 256, 1_500));
            // STUN, DTLS, RTP and RTCP by their first byte (RFC 7983).
            datagrams.add(garbage(random, 0, 4, 200));
            datagrams.add(garbage(random, 20, 64, 1_200));
            datagrams.add(garbage(random, 128, 192, 1_200));
            datagrams.add(unauthenticated(random, publisher, i));
        }
        datagrams.add(garbage(random, 128, 192, 20_000));
        datagrams.add(new byte[] {0});
        return datagrams;
    }

    /// Checks for somebody who is there, by somebody who does not know the password.
    private static byte[] unauthenticated(Random random, ScriptedPublisher publisher, int which) {
        var id = new byte[12];
        random.nextBytes(id);
        var userName = publisher.answer().transport().ufrag() + ":theirs";
        var check = StunWriter.check(id, userName, true);
        var bytes =
                switch (which % 4) {
                    case 0 -> check.integrity("not the password").fingerprint();
                    case 1 -> check.integrity("theirs").fingerprint();
                    case 2 -> check.fingerprint();
                    default -> check;
                };
        return bytes.bytes();
    }

    private static byte[] garbage(Random random, int lowest, int below, int maxBytes) {
        var datagram = new byte[maxBytes == 20_000 ? maxBytes : 1 + random.nextInt(maxBytes)];
        random.nextBytes(datagram);
        datagram[0] = (byte) random.nextInt(lowest, below);
        return datagram;
    }

    /// A check of the socket's own that is right; the answer to it is the first that comes.
    private static void isTheFirstAnswer(DatagramSocket socket, ScriptedPublisher publisher)
            throws IOException {
        var local = publisher.answer().transport();
        var id = new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        var check =
                StunWriter.check(id, local.ufrag() + ":" + "theirs", false)
                        .integrity(local.password())
                        .fingerprint();
        send(socket, publisher, check.bytes());
        var answer = new DatagramPacket(new byte[2_048], 2_048);
        socket.setSoTimeout(JanusClient.PATIENCE_MILLIS);
        socket.receive(answer);
        var message = new StunReader(Arrays.copyOf(answer.getData(), answer.getLength()));
        assertThat(message.transactionId())
                .as("nothing was answered before the first check with the right password")
                .isEqualTo(id);
    }

    @Test
    void whatIsForgedFromAClientsOwnAddressDoesNotHarmItsCall() throws Exception {
        try (var publisher = server.publisher(server.newRoom(host));
                var subscriber = server.subscriber(publisher)) {
            var random = new Random(SEED);
            var forged = new ArrayList<byte[]>();
            for (var i = 0; i < DATAGRAMS_OF_A_KIND; i++) {
                forged.add(garbage(random, 0, 4, 200));
                forged.add(garbage(random, 20, 64, 1_200));
                forged.add(unauthenticated(random, publisher, i));
                forged.add(goodbye(random));
                forged.add(media(random, publisher, forged.size() + (i % 2 == 0 ? 0 : FAR_AHEAD)));
            }
            var before = server.count(Fate.NOT_AUTHENTIC);

            sendDuringACall(forged, publisher, subscriber, publisher.media()::send);

            exchange(publisher, subscriber, forged.size(), 10);
            assertThat(server.count(Fate.NOT_AUTHENTIC) - before)
                    .as("forged media counted")
                    .isEqualTo(DATAGRAMS_OF_A_KIND);
            assertThat(publisher.handle().count("hangup")).isZero();
            assertThat(subscriber.handle().count("hangup")).isZero();
        }
    }

    /// A close_notify as it could be forged: in the clear (RFC 6347 §4.1), or with a made-up tag.
    private static byte[] goodbye(Random random) {
        var isClear = random.nextBoolean();
        var alert = new byte[13 + (isClear ? 2 : 26)];
        random.nextBytes(alert);
        alert[0] = 21;
        alert[1] = (byte) 0xFE;
        alert[2] = (byte) 0xFD;
        alert[3] = 0;
        alert[4] = (byte) (isClear ? 0 : 1);
        alert[11] = 0;
        alert[12] = (byte) (alert.length - 13);
        if (isClear) {
            alert[13] = 1;
            alert[14] = 0;
        }
        return alert;
    }

    /// The next packet of the stream, or one that is far ahead of it, as far as anybody can read on
    /// the wire, with a made-up tag.
    private static byte[] media(Random random, ScriptedPublisher publisher, int n) {
        var packet = publisher.video().packet(n);
        var forged = Arrays.copyOf(packet, packet.length + 16);
        for (var at = 12; at < forged.length; at++) {
            forged[at] = (byte) random.nextInt();
        }
        return forged;
    }

    /// Sends one datagram before each packet of a call, none of which may be missing.
    private static void sendDuringACall(
            List<byte[]> datagrams,
            ScriptedPublisher publisher,
            ScriptedSubscriber subscriber,
            Sending sending)
            throws Exception {
        for (var n = 0; n < datagrams.size(); n++) {
            sending.send(datagrams.get(n));
            exchange(publisher, subscriber, n, 1);
        }
    }

    /// How a datagram gets to the server.
    private interface Sending {
        void send(byte[] datagram) throws IOException;
    }

    private static void send(DatagramSocket socket, ScriptedPublisher publisher, byte[] datagram)
            throws IOException {
        var server = publisher.answer().transport().candidates().getFirst();
        var address = new InetSocketAddress(server.address(), server.port());
        socket.send(new DatagramPacket(datagram, datagram.length, address));
    }

    private static void exchange(
            ScriptedPublisher from, ScriptedSubscriber to, int first, int packets)
            throws InterruptedException {
        for (var n = first; n < first + packets; n++) {
            from.send(from.video(), n);
            assertThat(to.awaitRtp().payload())
                    .as("packet %d of the call", n)
                    .isEqualTo(from.video().payload(n));
        }
    }

    private static long counted(List<Fate> fates) {
        return fates.stream().mapToLong(server::count).sum();
    }
}
