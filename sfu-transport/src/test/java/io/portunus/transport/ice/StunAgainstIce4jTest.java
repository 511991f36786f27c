// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.transport.testkit.QuietSocket;
import io.portunus.transport.testkit.StunWriter;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our STUN beside ice4j's: what is read means the same, and what is written is understood.
class StunAgainstIce4jTest {
    private static final IceCredentials OWN =
            new IceCredentials("own1", "ownownownownownownownown");
    private static final IceCredentials CLIENT =
            new IceCredentials("cl13", "clientclientclientclient");
    private static final List<Integer> TYPES =
            List.of(
                    0x0001, 0x0006, 0x0009, 0x000A, 0x0014, 0x0015, 0x0020, 0x0024, 0x0025, 0x8029,
                    0x802A, 0x8022, 0xC057, 0x7FF1, 0x0030, 0x0002, 0x8030);

    private final StunCodec codec = new StunCodec();
    private final IceKey own = new IceKey(OWN);
    private final IceKey client = new IceKey(CLIENT);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void signedMessagesMeanTheSame(long seed) {
        var random = new Random(seed);
        var understood = 0;
        for (var i = 0; i < 10_000; i++) {
            var message = message(random);
            var theirs = Ice4j.read(message, OWN.password());
            if (theirs != null) {
                understood++;
                var ours = read(message);
                assertThat(ours).as("authentic").isNotNull();
                assertSame(Objects.requireNonNull(ours), theirs);
            }
        }
        assertThat(understood).as("that ice4j understood").isGreaterThan(3_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 8})
    void whatWasChangedOnItsWayIsAsAuthenticAsToIce4j(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++) {
            var check = StunWriter.check(id(random), "own1:cl13", true).integrity(OWN.password());
            var signedBytes = check.bytes().length;
            var message = (random.nextBoolean() ? check : check.fingerprint()).bytes();
            for (var j = random.nextInt(3); j >= 0; j--) {
                var at = random.nextInt(message.length);
                if (!isFraming(at, signedBytes)) {
                    message[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
            var theirs = Ice4j.read(message, OWN.password());
            var ours = read(message);
            assertThat(ours == null).as("refused").isEqualTo(theirs == null);
        }
    }

    /// ice4j takes messages with something behind their end and an integrity of any length, and
    /// understands what is behind the integrity and is to be ignored.
    private static boolean isFraming(int at, int signedBytes) {
        var integrityAt = signedBytes - 24;
        return at == 2
                || at == 3
                || (at >= integrityAt && at < integrityAt + 4)
                || (at >= signedBytes && at < signedBytes + 4);
    }

    @Test
    void ice4jUnderstandsEveryAnswerAndEveryCheckOfOurs() {
        var random = new Random(9);
        var socket = new QuietSocket(10_000);
        for (var i = 0; i < 2_000; i++) {
            var request = message(random);
            var read = codec.read(MemorySegment.ofArray(request), 0, request.length);
            if (read == null) {
                continue;
            }
            var from = address(random);
            codec.success(read, Path.to(socket, from), own);
            assertThat(written(OWN).mapped()).isEqualTo(from);
            codec.roleConflict(read, own);
            assertThat(written(OWN).errorCode()).isEqualTo(487);
            codec.unknownAttributes(read, own);
            assertThat(written(OWN).errorCode()).isEqualTo(420);
            assertThat(written(OWN).named()).isEqualTo(unknown(read));
            codec.request(id(random), client, own, 1, 0);
            assertThat(written(CLIENT).userName()).isEqualTo("cl13:own1");
            assertThat(written(CLIENT).senderIsControlled()).isTrue();
            assertThat(written(CLIENT).nominates()).isFalse();
        }
    }

    private Ice4j.Content written(IceCredentials signer) {
        var bytes = Arrays.copyOf(codec.bytes(), codec.length());
        var content = Ice4j.read(bytes, signer.password());
        assertThat(content).as("what ice4j understands of an answer").isNotNull();
        return Objects.requireNonNull(content);
    }

    private @Nullable StunMessage read(byte[] message) {
        var read = codec.read(MemorySegment.ofArray(message), 0, message.length);
        return read != null && read.isAuthentic(own.integrity()) ? read : null;
    }

    private static void assertSame(StunMessage ours, Ice4j.Content theirs) {
        assertThat(ours.nominates()).isEqualTo(theirs.nominates());
        assertThat(ours.senderIsControlled()).isEqualTo(theirs.senderIsControlled());
        assertThat(unknown(ours)).isEqualTo(theirs.unknown());
        var colon = theirs.userName().indexOf(':');
        var remote = colon < 0 ? "" : theirs.userName().substring(colon + 1);
        assertThat(ours.remoteUfrag()).isEqualTo(remote);
        assertThat(ours.isFor(new IceKey(OWN)))
                .isEqualTo(
                        theirs.userName().equals("own1") || theirs.userName().startsWith("own1:"));
    }

    private static Set<Integer> unknown(StunMessage message) {
        var unknown = new TreeSet<Integer>();
        for (var i = 0; i < message.unknownCount(); i++) {
            unknown.add(message.unknown(i));
        }
        return unknown;
    }

    /// A request with a user name and some attributes more, of the lengths that they should have.
    private static byte[] message(Random random) {
        var writer = new StunWriter(StunWriter.REQUEST, id(random));
        var userName = random.nextInt(8) == 0 ? "other:cl13" : "own1:cl13";
        writer.attribute(StunWriter.USERNAME, userName.getBytes(UTF_8));
        addSome(writer, random);
        if (random.nextInt(10) > 0) {
            writer.integrity(random.nextInt(10) > 0 ? OWN.password() : CLIENT.password());
            if (random.nextInt(4) == 0) {
                addSome(writer, random);
            }
        }
        return (random.nextInt(4) > 0 ? writer.fingerprint() : writer).bytes();
    }

    private static void addSome(StunWriter writer, Random random) {
        var types = new ArrayList<>(TYPES);
        Collections.shuffle(types, random);
        for (int type : types.subList(0, random.nextInt(6))) {
            if (type != StunWriter.USERNAME) {
                writer.attribute(type, value(type, random));
            }
        }
    }

    private static byte[] value(int type, Random random) {
        return switch (type) {
            case 0x0001, 0x0002, 0x0020 -> new byte[] {0, 1, 4, 5, 6, 7, 8, 9};
            case 0x0009 -> new byte[] {0, 0, 4, 20};
            case 0x000A -> new byte[] {0x7F, 1, 0x7F, 2};
            case 0x0024 -> new byte[4];
            case 0x0025 -> new byte[0];
            case 0x8029, 0x802A -> new byte[8];
            default -> new byte[random.nextInt(12)];
        };
    }

    private static InetSocketAddress address(Random random) {
        var bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        try {
            var address = InetAddress.getByAddress(bytes);
            return new InetSocketAddress(address, 1 + random.nextInt(65_535));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] id(Random random) {
        var id = new byte[12];
        random.nextBytes(id);
        return id;
    }
}
