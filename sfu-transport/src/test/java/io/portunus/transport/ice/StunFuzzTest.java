// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static io.portunus.core.testkit.FuzzTarget.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.portunus.core.fate.Fate;
import io.portunus.core.testkit.FuzzTarget;
import io.portunus.transport.testkit.QuietSocket;
import io.portunus.transport.testkit.StunWriter;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Whatever bytes come as STUN: an answer goes to whoever knows the password, and to nobody else,
/// and ice4j understands it. The bytes are taken as a message, and as attributes of one that is
/// then signed, as a client with bad intentions could.
class StunFuzzTest {
    private static final IceCredentials OWN =
            new IceCredentials("fuzz1", "fuzzfuzzfuzzfuzzfuzzfuzz");
    private static final Set<Fate> FATES =
            Set.of(
                    Fate.STUN_MALFORMED,
                    Fate.STUN_NOT_FOR_US,
                    Fate.STUN_NOT_AUTHENTIC,
                    Fate.STUN_ANSWERED);
    private static final int MAX_ATTRIBUTES_BYTES = 400;
    private static final int MUTATIONS = 20_000;

    @Test
    void answersGoToWhoeverKnowsThePasswordAndToNobodyElse() {
        FuzzTarget.replayPackets(StunFuzzTest.class, "stun", MUTATIONS, StunFuzzTest::check);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget.bounded(input, StunFuzzTest::check);
    }

    private static void check(byte[] input) {
        checkMessage(input);
        checkMessage(signed(input));
    }

    private static void checkMessage(byte[] message) {
        var answers = new ArrayList<byte[]>();
        var fate = deliver(message, answers);
        require(FATES.contains(fate), () -> "the fate of STUN is " + fate);
        require(
                answers.size() == (fate == Fate.STUN_ANSWERED ? 1 : 0),
                () -> "%s, but %d answers".formatted(fate, answers.size()));
        if (!answers.isEmpty()) {
            checkAnswer(message, answers.getFirst());
        } else if (fate == Fate.STUN_NOT_AUTHENTIC) {
            require(
                    !Ice4j.isSigned(message, OWN.password()) || Ice4j.hasWrongFingerprint(message),
                    () -> "no answer to who is signed and unchanged");
        }
    }

    private static void checkAnswer(byte[] message, byte[] answer) {
        require(Ice4j.isSigned(message, OWN.password()), () -> "an answer to who is not signed");
        var content = Ice4j.read(answer, OWN.password());
        require(content != null, () -> "an answer that ice4j does not understand");
        var error = Objects.requireNonNull(content).errorCode();
        require(
                error == 487 || error == 420 || content.mapped() != null,
                () -> "an answer that says nothing");
        require(
                Arrays.equals(message, 8, 20, answer, 8, 20),
                () -> "an answer to another transaction");
    }

    private static Fate deliver(byte[] message, List<byte[]> answers) {
        var outlet =
                new IceLite.Outlet() {
                    @Override
                    public void send(Path path, byte[] sent, int length) {
                        answers.add(Arrays.copyOf(sent, length));
                    }

                    @Override
                    public boolean open(Path path, long nowNanos) {
                        return true;
                    }

                    @Override
                    public void close(Path path) {}

                    @Override
                    public void select(Path path, long nowNanos) {}

                    @Override
                    public void retire(String ufrag) {}
                };
        var ice = new IceLite(new StunCodec(), IceSettings.DEFAULT, new Random(1), outlet, 0);
        ice.offer(OWN);
        var path = Path.to(new QuietSocket(10_000), new InetSocketAddress("192.0.2.1", 4_711));
        return ice.onStun(path, MemorySegment.ofArray(message), 0, message.length, 1);
    }

    /// A request with `attributes`, well-formed or not, between user name and integrity.
    private static byte[] signed(byte[] attributes) {
        var some = Arrays.copyOf(attributes, Math.min(attributes.length, MAX_ATTRIBUTES_BYTES));
        return new StunWriter(StunWriter.REQUEST, new byte[12])
                .attribute(StunWriter.USERNAME, (OWN.ufrag() + ":x").getBytes(UTF_8))
                .raw(Arrays.copyOf(some, some.length & -4))
                .integrity(OWN.password())
                .fingerprint()
                .bytes();
    }
}
