// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.bench.load.client.Stun.Role;
import io.portunus.bench.load.udp.Address;
import io.portunus.transport.ice.IceCredentials;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two agents on a wire of their own, in virtual time.
class IceAgentTest {
    private static final long HERE = Address.of(InetAddress.ofLiteral("192.0.2.1"), 1_000);
    private static final long THERE = Address.of(InetAddress.ofLiteral("192.0.2.2"), 2_000);
    private static final IceCredentials OURS = new IceCredentials("ours", "o".repeat(24));
    private static final IceCredentials THEIRS = new IceCredentials("them", "t".repeat(24));
    private static final long STEP_NANOS = 10_000_000L;

    private record Sent(ByteBuffer datagram, long to) {}

    private final Deque<Sent> wire = new ArrayDeque<>();
    private IceAgent here = ours(Role.CONTROLLING);
    private IceAgent there = theirs(Role.CONTROLLED);
    private int fromHere;

    private IceAgent ours(Role role) {
        return new IceAgent(OURS, role, new Random(1), this::fromHere);
    }

    private IceAgent theirs(Role role) {
        return new IceAgent(THEIRS, role, new Random(2), this::put);
    }

    /// The next message on the wire, which must be there.
    private Stun next() {
        return Objects.requireNonNull(Stun.read(bytes(wire.remove())), "no STUN message");
    }

    private static byte[] bytes(Sent sent) {
        var bytes = new byte[sent.datagram().capacity()];
        sent.datagram().get(0, bytes);
        return bytes;
    }

    private void fromHere(byte[] datagram, long to) {
        fromHere++;
        put(datagram, to);
    }

    private void put(byte[] datagram, long to) {
        wire.add(new Sent(ByteBuffer.wrap(datagram), to));
    }

    private void connect() {
        here.remote(THEIRS, false, List.of(THERE), 0);
        there.remote(OURS, false, List.of(HERE), 0);
        run(0, 1_000_000_000L);
    }

    private void run(long fromNanos, long toNanos) {
        for (var now = fromNanos; now < toNanos; now += STEP_NANOS) {
            here.onTick(now);
            there.onTick(now);
            for (var sent = wire.poll(); sent != null; sent = wire.poll()) {
                if (sent.to() == THERE) {
                    there.onDatagram(bytes(sent), HERE, now);
                } else if (sent.to() == HERE) {
                    here.onDatagram(bytes(sent), THERE, now);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONTROLLING, CONTROLLED",
        "CONTROLLED, CONTROLLING",
        "CONTROLLING, CONTROLLING",
        "CONTROLLED, CONTROLLED"
    })
    void twoAgentsFindEachOtherWhateverTheirRolesAtFirst(Role ours, Role theirs) {
        here = ours(ours);
        there = theirs(theirs);

        connect();

        assertThat(here.selected()).as("where we send").isEqualTo(THERE);
        assertThat(there.selected()).as("where they send").isEqualTo(HERE);
        assertThat(here.role()).isEqualTo(there.role().opposite());
        assertThat(here.roleConflicts() + there.roleConflicts() > 0)
                .as("there was a conflict between %s and %s", ours, theirs)
                .isEqualTo(ours == theirs);
    }

    @Test
    void aRoleConflictIsAnsweredByTheGreaterTieBreakerAndTheOtherGivesWay() {
        there.remote(OURS, false, List.of(), 0);
        here.remote(THEIRS, false, List.of(THERE), 0);
        var id = next().id();

        here.onDatagram(Stun.roleConflict(id, THEIRS.password()), THERE, STEP_NANOS);

        assertThat(here.role()).as("our role after 487").isEqualTo(Role.CONTROLLED);
        var again = next();
        assertThat(again.role()).as("the role in our next check").isEqualTo(Role.CONTROLLED);
        assertThat(again.isSignedWith(THEIRS.password())).isTrue();
    }

    @Test
    void aForgedRoleConflictChangesNothing() {
        here.remote(THEIRS, false, List.of(THERE), 0);
        var id = next().id();

        here.onDatagram(Stun.roleConflict(id, "somebody else's"), THERE, STEP_NANOS);
        here.onDatagram(Stun.roleConflict(new Stun.Id(1, 2), THEIRS.password()), THERE, STEP_NANOS);

        assertThat(here.role()).isEqualTo(Role.CONTROLLING);
    }

    @Test
    void aCheckInOurRoleWithALesserTieBreakerIsAnsweredWith487() {
        here.onDatagram(check(Role.CONTROLLING, 0), THERE, 0);

        var answer = next();
        assertThat(answer.errorCode()).isEqualTo(Stun.ROLE_CONFLICT);
        assertThat(answer.isSignedWith(OURS.password())).isTrue();
        assertThat(here.role()).isEqualTo(Role.CONTROLLING);
    }

    @Test
    void aCheckInOurRoleWithAGreaterTieBreakerMakesUsGiveWay() {
        here.onDatagram(check(Role.CONTROLLING, -1), THERE, 0);

        assertThat(next().kind()).isEqualTo(Stun.Kind.SUCCESS);
        assertThat(here.role()).isEqualTo(Role.CONTROLLED);
    }

    private static byte[] check(Role role, long tieBreaker) {
        return Stun.check(
                new Stun.Id(1, 2), "ours:them", OURS.password(), role, tieBreaker, 1, false);
    }

    @Test
    void towardsALiteAgentItControls() {
        here = ours(Role.CONTROLLED);

        here.remote(THEIRS, true, List.of(THERE), 0);

        assertThat(next().role()).isEqualTo(Role.CONTROLLING);
    }

    @Test
    void itGoesOnAskingForConsent() {
        connect();
        var before = fromHere;

        run(1_000_000_000L, 31_000_000_000L);

        assertThat(fromHere - before)
                .as("messages in 30 s, answers to theirs too")
                .isBetween(20, 30);
        assertThat(here.selected()).isEqualTo(THERE);
    }

    @Test
    void nothingButSignedMessagesCounts() {
        here = ours(Role.CONTROLLED);
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++) {
            var datagram = check(Role.CONTROLLING, 7);
            datagram[random.nextInt(datagram.length - 8)] ^= (byte) (1 << random.nextInt(8));
            here.onDatagram(datagram, THERE, 0);
        }

        assertThat(wire).as("answers to damaged checks").isEmpty();
        assertThat(here.selected()).isEqualTo(Address.NONE);
    }
}
