// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.peer.PeerConnections;
import io.portunus.transport.srtp.SrtpCiphers;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The call that a server has with itself when it starts.
@Timeout(60)
class MediaWarmUpTest {
    private static final int ROUNDS = 300;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(50);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SecureRandom random = new SecureRandom();
    private final PeerConnections connections =
            new PeerConnections(
                    DtlsIdentity.selfSigned(random),
                    IceSettings.DEFAULT,
                    DtlsSettings.DEFAULT,
                    SrtpCiphers.BEST,
                    random);

    @Test
    void everythingThatACallHasHappensInIt() {
        var result = MediaWarmUp.run(connections::forLoop, true, () -> false, ROUNDS, MOST_NANOS);

        assertThat(result.received()).as("packets taken in").isGreaterThan(ROUNDS * 9L);
        assertThat(result.sent())
                .as("packets sent to those who watch")
                .isGreaterThan(result.received() * 2);
        assertThat(result.piped())
                .as("packets from one loop to the other")
                .isGreaterThan(ROUNDS * 5L);
        assertThat(result.resent()).as("packets sent again").isGreaterThan(ROUNDS);
    }

    @Test
    void nothingIsLeftOfIt() {
        var before = threads();

        MediaWarmUp.run(connections::forLoop, true, () -> false, 3, MOST_NANOS);

        // Netty says that a thread has ended a moment before it has.
        var until = System.nanoTime() + PATIENCE_NANOS;
        while (!before.containsAll(threads()) && System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
        assertThat(threads()).as("threads that the warm-up has left").isSubsetOf(before);
    }

    @Test
    void whereItIsNotWantedAnyMoreItEndsAtOnce() {
        var result = MediaWarmUp.run(connections::forLoop, true, () -> true);

        assertThat(result.sent()).as("packets sent after it was over").isZero();
    }

    @Test
    void aServerWhoseConnectionsFailStartsWithoutIt() {
        var result =
                MediaWarmUp.run(
                        () -> {
                            throw new IllegalStateException("a fault in the factory");
                        },
                        true,
                        () -> false);

        assertThat(result).isEqualTo(MediaWarmUp.Result.NONE);
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("media-"))
                .collect(Collectors.toSet());
    }
}
