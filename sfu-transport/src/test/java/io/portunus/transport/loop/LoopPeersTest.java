// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.Fate;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.udp.Path;
import org.junit.jupiter.api.Test;

class LoopPeersTest {
    private final LoopRig rig = new LoopRig();
    private final LoopPeers peers = rig.peers;

    @Test
    void whoeverIsDueIsCalledInTheOrderOfTheDeadlines() {
        rig.peer(1).wakeAt(300);
        rig.peer(2).wakeAt(100);
        rig.peer(3).wakeAt(500);
        rig.peer(4).wakeAt(200);

        peers.onDeadline(300);

        assertThat(rig.journal)
                .containsExactly("2: deadline 100", "4: deadline 200", "1: deadline 300");
        assertThat(peers.nextDeadlineNanos()).isEqualTo(500);
    }

    @Test
    void aFaultAtADeadlineEndsThatPeerAndTheOthersGetTheirs() {
        var failing = rig.peer(1);
        failing.wakeAt(100);
        failing.failsOnDeadline = true;
        rig.peer(2).wakeAt(200);

        peers.onDeadline(200);

        assertThat(rig.journal)
                .containsExactly("1: deadline 100", "1: close FAULT", "2: deadline 200");
        assertThat(rig.events).containsExactly(new PeerEvent.Closed(new PeerId(1), PeerEnd.FAULT));
        assertThat(peers.nextDeadlineNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void aPeerEndsOnceForTheFirstReason() {
        var peer = rig.peer(1);

        peer.close(PeerEnd.DTLS_CLOSED);
        peer.close(PeerEnd.ICE_FAILED);
        peers.closeWaiting(0);
        peer.close(PeerEnd.FAULT);
        peers.closeWaiting(0);

        assertThat(rig.events)
                .containsExactly(new PeerEvent.Closed(new PeerId(1), PeerEnd.DTLS_CLOSED));
    }

    @Test
    void aPeerThatCannotEvenCloseIsForgottenWithAllItsAddresses() {
        var peer = rig.peer(1);
        var path = new Path(rig.socket, 0, 1, 1);
        peers.bind(path, peer, 0);
        peer.failsOnClose = true;

        peer.close(PeerEnd.DETACHED);
        peers.closeWaiting(0);

        assertThat(rig.events)
                .as("its owner is told")
                .containsExactly(new PeerEvent.Closed(new PeerId(1), PeerEnd.DETACHED));
        assertThat(peers.count()).isZero();
        assertThat(peers.paths().ownerOf(path)).isNull();
        assertThat(peers.ufrags().size()).isZero();
        assertThat(rig.fates.get(Fate.FAULT)).isEqualTo(1);
    }

    @Test
    void anAddressIsAnothersOnlyOnceItsClientHasLeftIt() {
        var settled = rig.peer(1);
        settled.leavesAtNanos = 100;
        var newcomer = rig.peer(2);
        var path = new Path(rig.socket, 0, 1, 1);
        assertThat(peers.bind(path, settled, 0)).isTrue();

        assertThat(peers.bind(path, newcomer, 99)).isFalse();
        assertThat(peers.bind(path, settled, 99)).isTrue();
        assertThat(peers.paths().ownerOf(path)).isSameAs(settled);
        assertThat(peers.bind(path, newcomer, 100)).isTrue();
        assertThat(peers.paths().ownerOf(path)).isSameAs(newcomer);
    }

    @Test
    void noIdIsGivenTwiceAndThereIsALimit() {
        rig.peer(1);
        assertThat(peers.mayAdd(new PeerId(1))).isFalse();

        for (var id = 2; id <= LoopPeers.MAX_PEERS; id++) {
            assertThat(peers.mayAdd(new PeerId(id))).isTrue();
            rig.peer(id);
        }

        assertThat(peers.mayAdd(new PeerId(LoopPeers.MAX_PEERS + 1))).isFalse();
        assertThat(peers.count()).isEqualTo(LoopPeers.MAX_PEERS);
    }

    @Test
    void everybodyEndsWhenTheServerStops() {
        rig.peer(1);
        rig.peer(2);

        peers.stop(0);

        assertThat(rig.events)
                .containsExactlyInAnyOrder(
                        new PeerEvent.Closed(new PeerId(1), PeerEnd.SERVER_STOPPING),
                        new PeerEvent.Closed(new PeerId(2), PeerEnd.SERVER_STOPPING));
        assertThat(peers.count()).isZero();
    }
}
