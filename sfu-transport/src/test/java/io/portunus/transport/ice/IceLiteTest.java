// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.fate.Fate;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.testkit.QuietSocket;
import io.portunus.transport.testkit.StunReader;
import io.portunus.transport.testkit.StunWriter;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceLiteTest {
    private static final long SECOND = 1_000_000_000L;
    private static final IceCredentials CLIENT =
            new IceCredentials("cl13", "clientclientclientclient");

    private record Sent(Path path, StunReader message, int bytes) {}

    private final Random random = new Random(1);
    private final IceCredentials own = IceCredentials.create(random);
    private final QuietSocket socket = new QuietSocket(10_000);
    private final Path home = path(1);
    private final Path office = path(2);
    private final List<Sent> sent = new ArrayList<>();
    private final Set<Path> opened = new HashSet<>();
    private final List<String> retired = new ArrayList<>();
    private @Nullable Path selected;
    private long nowNanos = 5 * SECOND;
    private IceLite ice = newIce();

    private IceLite newIce() {
        var outlet =
                new IceLite.Outlet() {
                    @Override
                    public void send(Path path, byte[] message, int length) {
                        var bytes = Arrays.copyOf(message, length);
                        sent.add(new Sent(path, new StunReader(bytes), length));
                    }

                    @Override
                    public boolean open(Path path, long nowNanos) {
                        opened.add(path);
                        return true;
                    }

                    @Override
                    public void close(Path path) {
                        opened.remove(path);
                    }

                    @Override
                    public void select(Path path, long nowNanos) {
                        selected = path;
                    }

                    @Override
                    public void retire(String ufrag) {
                        retired.add(ufrag);
                    }
                };
        return new IceLite(new StunCodec(), IceSettings.DEFAULT, random, outlet, nowNanos);
    }

    @BeforeEach
    void offer() {
        ice.offer(own);
    }

    @Test
    void answersACheckEvenBeforeTheClientsSdpHasCome() {
        assertThat(check(home, own, true)).isEqualTo(Fate.STUN_ANSWERED);

        var answer = onlyAnswer();
        assertThat(answer.path()).isEqualTo(home);
        assertThat(answer.message().type()).isEqualTo(StunWriter.SUCCESS);
        assertThat(answer.message().isSignedBy(own.password())).isTrue();
        assertThat(answer.message().mappedAddress()).isEqualTo(home.remote());
        assertThat(answer.message().has(StunWriter.SOFTWARE)).isFalse();
        assertThat(opened).containsExactly(home);
        assertThat(selected).isEqualTo(home);
    }

    @Test
    void anAnswerIsNeverLargerThanTheCheck() {
        var check = signedCheck(own, true);
        deliver(home, check);
        assertThat(onlyAnswer().bytes()).isLessThanOrEqualTo(check.length);
    }

    @Test
    void saysNothingToWhoeverDoesNotKnowThePassword() {
        var wrong = new IceCredentials(own.ufrag(), "wrongwrongwrongwrongwrong");
        assertThat(check(home, wrong, true)).isEqualTo(Fate.STUN_NOT_AUTHENTIC);
        var stranger = new IceCredentials("stranger", own.password());
        assertThat(check(home, stranger, true)).isEqualTo(Fate.STUN_NOT_FOR_US);
        var unsigned = StunWriter.check(id(), own.ufrag() + ":cl13", true).fingerprint().bytes();
        assertThat(deliver(home, unsigned)).isEqualTo(Fate.STUN_NOT_AUTHENTIC);
        assertThat(sent).isEmpty();
        assertThat(opened).isEmpty();
        assertThat(selected).isNull();
    }

    @Test
    void aNominationBehindTheIntegrityIsNotBelieved() {
        check(home, own, true);
        var sneaked =
                StunWriter.check(id(), own.ufrag() + ":" + CLIENT.ufrag(), false)
                        .integrity(own.password())
                        .attribute(StunWriter.USE_CANDIDATE, new byte[0])
                        .bytes();
        ice.onRemote(CLIENT, nowNanos);
        deliver(office, sneaked);
        assertThat(requests()).isEmpty();
        assertThat(selected).isEqualTo(home);
    }

    @Test
    void aWrongFingerprintIsRefused() {
        var check = signedCheck(own, true);
        check[check.length - 1] ^= 1;
        assertThat(deliver(home, check)).isEqualTo(Fate.STUN_NOT_AUTHENTIC);
    }

    @Test
    void aClientThatBelievesItIsControlledIsToldTheRoleConflict() {
        var request =
                new StunWriter(StunWriter.REQUEST, id())
                        .attribute(StunWriter.USERNAME, (own.ufrag() + ":cl13").getBytes(UTF_8))
                        .attribute(StunWriter.ICE_CONTROLLED, new byte[8])
                        .attribute(StunWriter.PRIORITY, new byte[4])
                        .integrity(own.password())
                        .fingerprint();
        assertThat(deliver(home, request.bytes())).isEqualTo(Fate.STUN_ANSWERED);
        assertThat(onlyAnswer().message().type()).isEqualTo(StunWriter.ERROR);
        assertThat(onlyAnswer().message().errorCode()).isEqualTo(487);
        assertThat(onlyAnswer().message().isSignedBy(own.password())).isTrue();
        assertThat(selected).isNull();
    }

    @Test
    void anUnknownAttributeThatMustBeUnderstoodIsNamedInTheRefusal() {
        var request =
                new StunWriter(StunWriter.REQUEST, id())
                        .attribute(StunWriter.USERNAME, (own.ufrag() + ":cl13").getBytes(UTF_8))
                        .attribute(0x7FF1, new byte[3])
                        .integrity(own.password())
                        .fingerprint();
        assertThat(deliver(home, request.bytes())).isEqualTo(Fate.STUN_ANSWERED);
        assertThat(onlyAnswer().message().errorCode()).isEqualTo(420);
        assertThat(onlyAnswer().message().attribute(StunWriter.UNKNOWN_ATTRIBUTES))
                .startsWith(0x7F, 0xF1);
        assertThat(selected).isNull();
    }

    @Test
    void theFirstAddressServesUntilANominatedOneHasAnsweredACheckOfOurs() {
        check(home, own, false);
        assertThat(selected).isEqualTo(home);
        ice.onRemote(CLIENT, nowNanos);
        check(office, own, true);
        assertThat(selected).as("media goes to whoever was named as the sender").isEqualTo(home);
        answer(requests().getLast(), CLIENT.password(), office);
        assertThat(selected).isEqualTo(office);
    }

    @Test
    void aNominationAfterARestartThatCameToNothingIsHeard() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        var restarting =
                StunWriter.check(id(), own.ufrag() + ":new1", true)
                        .integrity(own.password())
                        .fingerprint();
        deliver(office, restarting.bytes());
        assertThat(requests()).isEmpty();
        check(office, own, true);
        assertThat(requests()).as("checks of the address that the client wants").hasSize(1);
    }

    @Test
    void anAddressThatAnotherTookIsTakenBackByTheNextCheck() {
        check(home, own, true);
        opened.clear();
        check(home, own, true);
        assertThat(opened).containsExactly(home);
    }

    @Test
    void mediaMovesToANewAddressOnlyAfterThatHasAnsweredACheckOfOurs() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        check(office, own, true);
        assertThat(selected).isEqualTo(home);

        var request = requests().getLast();
        assertThat(request.path()).isEqualTo(office);
        assertThat(request.message().userName()).isEqualTo(CLIENT.ufrag() + ":" + own.ufrag());
        assertThat(request.message().isSignedBy(CLIENT.password())).isTrue();
        assertThat(request.message().has(StunWriter.ICE_CONTROLLED)).isTrue();
        assertThat(request.message().has(StunWriter.USE_CANDIDATE)).isFalse();

        assertThat(answer(request, CLIENT.password(), home)).isEqualTo(Fate.STUN_NOT_FOR_US);
        assertThat(answer(request, own.password(), office)).isEqualTo(Fate.STUN_NOT_AUTHENTIC);
        assertThat(selected).isEqualTo(home);
        assertThat(answer(request, CLIENT.password(), office)).isEqualTo(Fate.STUN_ANSWERED);
        assertThat(selected).isEqualTo(office);
        assertThat(answer(request, CLIENT.password(), office)).isEqualTo(Fate.STUN_NOT_FOR_US);
    }

    @Test
    void aRecordedCheckSentFromElsewhereMovesNothingAndCausesLittleTraffic() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        var recorded = signedCheck(own, true);
        for (var i = 0; i < 200; i++) {
            deliver(office, recorded);
            advance(SECOND / 200);
        }
        assertThat(selected).isEqualTo(home);
        assertThat(requests()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void theCheckOfANewAddressIsRepeatedAndGivenUp() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        check(office, own, true);
        for (var i = 0; i < 100; i++) {
            advance(SECOND / 10);
        }
        assertThat(requests()).hasSize(6);
        check(office, own, true);
        assertThat(requests()).hasSize(7);
    }

    @Test
    void anAddressNominatedBeforeTheSdpIsCheckedWhenItComes() {
        check(home, own, true);
        check(office, own, true);
        assertThat(requests()).isEmpty();
        assertThat(selected).isEqualTo(home);
        ice.onRemote(CLIENT, nowNanos);
        answer(requests().getLast(), CLIENT.password(), office);
        assertThat(selected).isEqualTo(office);
    }

    /// As behind a router that was restarted: browsers go on as if nothing had happened.
    @Test
    void mediaFollowsAClientThatMovedWithoutNominating() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        check(office, own, false);
        assertThat(requests()).as("an address that is merely kept alive is left alone").isEmpty();

        advance(SECOND / 2);
        ice.onAlive(office, nowNanos);
        assertThat(requests()).as("a packet that overtook the move is no reason").isEmpty();
        advance(SECOND);
        ice.onAlive(office, nowNanos);

        assertThat(selected).as("nothing moves before the address has answered").isEqualTo(home);
        assertThat(requests()).hasSize(1);
        answer(requests().getLast(), CLIENT.password(), office);
        assertThat(selected).isEqualTo(office);
        ice.onAlive(home, nowNanos);
        assertThat(requests()).hasSize(1);
    }

    @Test
    void aViewerThatSendsNothingIsFollowedByItsChecks() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        advance(3 * SECOND);
        check(office, own, false);
        assertThat(requests()).isEmpty();
        advance(2 * SECOND);
        check(office, own, false);
        answer(requests().getLast(), CLIENT.password(), office);
        assertThat(selected).isEqualTo(office);
    }

    @Test
    void aSpareAddressIsLeftAloneWhileTheSelectedOneIsInUse() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        for (var i = 0; i < 20; i++) {
            advance(SECOND);
            ice.onAlive(home, nowNanos);
            check(office, own, false);
        }
        assertThat(requests()).isEmpty();
        assertThat(selected).isEqualTo(home);
    }

    @Test
    void goingBackToTheOldAddressCallsTheMoveOff() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        check(office, own, true);
        check(home, own, true);
        assertThat(answer(requests().getLast(), CLIENT.password(), office))
                .isEqualTo(Fate.STUN_NOT_FOR_US);
        assertThat(selected).isEqualTo(home);
    }

    @Test
    void oldCredentialsWorkUntilACheckWithTheNewOnesArrives() {
        check(home, own, true);
        var restarted = IceCredentials.create(random);
        assertThat(ice.offer(restarted)).isNull();
        assertThat(check(home, own, true)).isEqualTo(Fate.STUN_ANSWERED);
        assertThat(retired).isEmpty();

        assertThat(check(home, restarted, true)).isEqualTo(Fate.STUN_ANSWERED);
        assertThat(retired).containsExactly(own.ufrag());
        assertThat(check(home, own, true)).isEqualTo(Fate.STUN_NOT_FOR_US);
        assertThat(selected).isEqualTo(home);
    }

    @Test
    void aSecondRestartReplacesTheOneThatNobodyUsed() {
        check(home, own, true);
        var unused = IceCredentials.create(random);
        var used = IceCredentials.create(random);
        ice.offer(unused);
        assertThat(ice.offer(used)).isEqualTo(unused);
        assertThat(ice.localUfrags()).containsExactly(own.ufrag(), used.ufrag());
    }

    @Test
    void afterAClientsRestartTheNewAddressIsCheckedWithItsNewPassword() {
        check(home, own, true);
        ice.onRemote(CLIENT, nowNanos);
        var restarted = IceCredentials.create(random);
        ice.offer(restarted);
        var renewed = new IceCredentials("new1", "renewedrenewedrenewedrenew");
        var early =
                StunWriter.check(id(), restarted.ufrag() + ":new1", true)
                        .integrity(restarted.password())
                        .fingerprint();
        deliver(office, early.bytes());
        assertThat(requests()).isEmpty();

        ice.onRemote(renewed, nowNanos);
        var request = requests().getLast();
        assertThat(request.message().userName()).isEqualTo("new1:" + restarted.ufrag());
        answer(request, renewed.password(), office);
        assertThat(selected).isEqualTo(office);
    }

    @Test
    void aClientIsGoneAfterFifteenSilentSeconds() {
        check(home, own, true);
        nowNanos += 14 * SECOND;
        assertThat(ice.isGone(nowNanos)).isFalse();
        ice.onAlive(home, nowNanos);
        nowNanos += 14 * SECOND;
        assertThat(ice.isGone(nowNanos)).isFalse();
        check(home, own, false);
        assertThat(ice.nextDeadlineNanos()).isEqualTo(nowNanos + 15 * SECOND);
        nowNanos += 15 * SECOND;
        assertThat(ice.silentNanos(nowNanos)).isEqualTo(15 * SECOND);
        assertThat(ice.isGone(nowNanos)).isTrue();
    }

    @Test
    void forgedChecksDoNotKeepAClientAlive() {
        check(home, own, true);
        nowNanos += 15 * SECOND;
        check(home, new IceCredentials(own.ufrag(), "wrongwrongwrongwrongwrong"), true);
        assertThat(ice.isGone(nowNanos)).isTrue();
    }

    @Test
    void aClientThatNeverChecksIsGoneSomeTimeAfterItsSdp() {
        assertThat(ice.nextDeadlineNanos()).isEqualTo(Deadlines.NEVER);
        nowNanos += 100 * SECOND;
        ice.onRemote(CLIENT, nowNanos);
        assertThat(ice.nextDeadlineNanos()).isEqualTo(nowNanos + 30 * SECOND);
        assertThat(ice.isGone(nowNanos + 30 * SECOND)).isTrue();
    }

    @Test
    void onlySoManyAddressesAreKnownAndTheSelectedOneIsKept() {
        check(home, own, true);
        for (var port = 100; port < 200; port++) {
            nowNanos++;
            check(path(port), own, false);
        }
        assertThat(opened).hasSize(IceLite.MAX_PATHS).contains(home, path(199));
        assertThat(ice.paths()).hasSameElementsAs(opened);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noBytesCanHurt(long seed) {
        var garbage = new Random(seed);
        ice.onRemote(CLIENT, nowNanos);
        for (var i = 0; i < 30_000; i++) {
            var message = signedCheck(own, garbage.nextBoolean());
            var changes = garbage.nextInt(1, 8);
            for (var j = 0; j < changes; j++) {
                message[garbage.nextInt(message.length)] = (byte) garbage.nextInt();
            }
            assertThat(deliver(home, message))
                    .isIn(
                            Fate.STUN_MALFORMED,
                            Fate.STUN_NOT_FOR_US,
                            Fate.STUN_NOT_AUTHENTIC,
                            Fate.STUN_ANSWERED);
        }
    }

    /// The same bytes, but signed, so that what lies behind the integrity gets to see them.
    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void noSignedBytesCanHurt(long seed) {
        var garbage = new Random(seed);
        for (var i = 0; i < 20_000; i++) {
            var writer =
                    new StunWriter(StunWriter.REQUEST, id())
                            .attribute(StunWriter.USERNAME, (own.ufrag() + ":x").getBytes(UTF_8));
            for (var j = garbage.nextInt(4); j > 0; j--) {
                var value = new byte[garbage.nextInt(24)];
                garbage.nextBytes(value);
                var type = garbage.nextInt(0x40) | (garbage.nextBoolean() ? 0x8000 : 0);
                writer.attribute(type, value);
            }
            deliver(home, writer.integrity(own.password()).fingerprint().bytes());
        }
        assertThat(check(home, own, true)).isEqualTo(Fate.STUN_ANSWERED);
    }

    private Path path(int port) {
        return Path.to(socket, new InetSocketAddress("192.0.2.1", port));
    }

    private byte[] id() {
        var id = new byte[12];
        random.nextBytes(id);
        return id;
    }

    private byte[] signedCheck(IceCredentials server, boolean nominate) {
        return StunWriter.check(id(), server.ufrag() + ":" + CLIENT.ufrag(), nominate)
                .integrity(server.password())
                .fingerprint()
                .bytes();
    }

    private Fate check(Path path, IceCredentials server, boolean nominate) {
        return deliver(path, signedCheck(server, nominate));
    }

    private Fate deliver(Path path, byte[] message) {
        return ice.onStun(path, MemorySegment.ofArray(message), 0, message.length, nowNanos);
    }

    private Fate answer(Sent request, String password, Path from) {
        var answer =
                new StunWriter(StunWriter.SUCCESS, request.message().transactionId())
                        .attribute(StunWriter.XOR_MAPPED_ADDRESS, new byte[8])
                        .integrity(password)
                        .fingerprint();
        return deliver(from, answer.bytes());
    }

    private void advance(long nanos) {
        nowNanos += nanos;
        if (ice.nextDeadlineNanos() <= nowNanos) {
            ice.onDeadline(nowNanos);
        }
    }

    private Sent onlyAnswer() {
        assertThat(sent).hasSize(1);
        return sent.getFirst();
    }

    private List<Sent> requests() {
        return sent.stream().filter(one -> one.message().type() == StunWriter.REQUEST).toList();
    }
}
