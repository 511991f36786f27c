// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.transport.udp.Datagram;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DatagramsTest {
    private static final byte[] DTLS = {22, 0, 0};
    private static final byte[] FAULTY_DTLS = {22, ScriptedPeer.FAULTY_BYTE, 0};
    private static final byte[] SRTP = {(byte) 0x80, 96, 0, 0};
    private static final byte[] SRTCP = {(byte) 0x80, (byte) 200, 0, 0};
    private static final int ALICE = 1_111;
    private static final int BOB = 2_222;

    private final LoopRig rig = new LoopRig();
    private int turns;
    private final Datagrams datagrams =
            new Datagrams(
                    rig.peers,
                    new Datagrams.Turn() {
                        @Override
                        public long start(boolean atOnce) {
                            return 1_000;
                        }

                        @Override
                        public void end(long nowNanos) {
                            turns++;
                        }
                    });

    @Test
    void anUnknownAddressMaySpeakNothingButStun() {
        rig.peer(1);

        arrive(ALICE, DTLS);
        arrive(ALICE, SRTP);
        arrive(ALICE, SRTCP);
        arrive(ALICE, new byte[] {(byte) 0xFF, 0});
        arrive(ALICE, new byte[0]);

        assertThat(rig.journal).isEmpty();
        assertThat(rig.fates.get(Fate.UNKNOWN_ADDRESS)).isEqualTo(3);
        assertThat(rig.fates.get(Fate.UNKNOWN_PROTOCOL)).isEqualTo(2);
        assertThat(turns).isEqualTo(5);
    }

    @Test
    void aCheckGoesToThePeerWhoseUfragItNames() {
        rig.peer(1);
        rig.peer(2);

        var check = Stun.request("ufrag2:theirs");
        arrive(ALICE, check);
        arrive(ALICE, DTLS);
        arrive(ALICE, SRTP);
        arrive(ALICE, SRTCP);

        assertThat(rig.journal)
                .containsExactly(
                        "2: stun " + check.length + " at 1000",
                        "2: dtls 3",
                        "2: srtp 4",
                        "2: srtcp 4");
        assertThat(rig.socket.queued()).as("answers").hasSize(2);
        assertThat(rig.socket.queued()).allMatch(path -> path.port() == ALICE);
    }

    @Test
    void aCheckForNobodyIsCounted() {
        rig.peer(1);

        arrive(ALICE, Stun.request("ufrag9:theirs"));
        arrive(ALICE, Stun.request("ufrag11"));
        arrive(ALICE, Stun.request(""));

        assertThat(rig.journal).isEmpty();
        assertThat(rig.fates.get(Fate.STUN_NOT_FOR_US)).isEqualTo(3);
    }

    @Test
    void aPortThatAClientUsesAgainGoesToItsNextConnection() {
        rig.peer(1);
        rig.peer(2);
        arrive(ALICE, Stun.request("ufrag1:x"));

        arrive(ALICE, Stun.request("ufrag2:x"));
        arrive(ALICE, SRTP);

        assertThat(rig.journal).last().isEqualTo("2: srtp 4");
    }

    @Test
    void stunWithoutAUserNameGoesToWhoeverHasTheAddress() {
        rig.peer(1);
        arrive(ALICE, Stun.request("ufrag1:x"));

        var indication = Stun.request("");
        arrive(ALICE, indication);

        assertThat(rig.journal).last().isEqualTo("1: stun " + indication.length + " at 1000");
    }

    @Test
    void aFaultEndsThePeerThatTheDatagramWasForAndNobodyElse() {
        rig.peer(1);
        rig.peer(2);
        arrive(ALICE, Stun.request("ufrag1:x"));
        arrive(BOB, Stun.request("ufrag2:x"));

        arrive(ALICE, FAULTY_DTLS);
        arrive(BOB, SRTP);

        assertThat(rig.events).containsExactly(new PeerEvent.Closed(new PeerId(1), PeerEnd.FAULT));
        assertThat(rig.journal).endsWith("1: dtls 3", "1: close FAULT", "2: srtp 4");
        assertThat(rig.fates.get(Fate.FAULT)).isEqualTo(1);
        assertThat(rig.peers.count()).isEqualTo(1);
    }

    @Test
    void aFaultThatComesAgainIsCountedEachTimeAndLoggedOnce() {
        for (var id = 1; id <= 5; id++) {
            rig.peer(id);
            arrive(id, Stun.request("ufrag" + id + ":x"));
            arrive(id, FAULTY_DTLS);
        }

        assertThat(rig.fates.get(Fate.FAULT)).isEqualTo(5);
        assertThat(rig.faults.places()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("io.portunus.transport.testkit.Seeds#all")
    void everyDatagramOfAnyBytesMeetsExactlyOneFateOrPeer(long seed) {
        var random = new SplittableRandom(seed);
        rig.peer(1);
        arrive(ALICE, Stun.request("ufrag1:x"));
        rig.journal.clear();
        var request = Stun.request("ufrag1:x");
        for (var i = 0; i < 1_000; i++) {
            arrive(random.nextBoolean() ? ALICE : BOB, anyBytes(random, request));
        }

        var counted = 0L;
        for (var fate : Fate.values()) {
            counted += rig.fates.get(fate);
        }
        assertThat(counted + rig.journal.size()).isEqualTo(1_000);
        assertThat(rig.fates.get(Fate.FAULT)).isZero();
    }

    /// Noise, or a check with some bytes changed and the end cut off.
    private static byte[] anyBytes(SplittableRandom random, byte[] request) {
        var bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            System.arraycopy(request, 0, bytes, 0, Math.min(bytes.length, request.length));
            for (var flips = random.nextInt(3); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
        }
        if (bytes.length > 1 && bytes[1] == ScriptedPeer.FAULTY_BYTE) {
            bytes[1] = 0;
        }
        return bytes;
    }

    private void arrive(int port, byte[] bytes) {
        var memory = MemorySegment.ofArray(bytes);
        var datagram = new Datagram(rig.socket).from(0, 0xFFFF_7F00_0001L, port);
        datagrams.onBatchStart(false);
        datagrams.onDatagram(datagram.bytes(memory, 0, bytes.length));
        datagrams.onBatchEnd();
    }
}
