// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private final int[] loads = new int[3];
    private final int[] peers = new int[3];

    @Test
    void roomsGoWhereThereIsMostTimeLeftHoweverManyPeersThatIs() {
        load(600, 90, 400);
        peers[1] = 500;
        assertThat(placement(600).room()).isEqualTo(1);
    }

    @Test
    void amongLoopsThatAreAboutAsBusyTheFewestPeersDecideAndThenTurns() {
        load(10, 60, 90);
        peers[0] = 4;
        assertThat(placement(600).room()).isNotZero();
        peers[0] = 0;
        var placement = placement(600);
        assertThat(List.of(placement.room(), placement.room(), placement.room()))
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void subscribersStayWithTheirRoomWhileItsLoopHasTime() {
        load(599, 0, 0);
        assertThat(placement(600).subscriber(0)).isZero();
        load(600, 0, 700);
        assertThat(placement(600).subscriber(0)).isEqualTo(1);
    }

    @Test
    void aLoopThatIsHardlyLessBusyIsNotWorthTheWay() {
        load(700, 600, 900);
        assertThat(placement(600).subscriber(0)).isZero();
        load(700, 550, 900);
        assertThat(placement(600).subscriber(0)).isEqualTo(1);
    }

    @Test
    void spreadAlwaysMeansAllLoops() {
        var seen = new HashSet<Integer>();
        var placement = placement(0);
        for (var i = 0; i < 3; i++) {
            seen.add(placement.subscriber(0));
        }
        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aCrowdThatJoinsIsCountedBeforeItIsMeasured() {
        var load = new LoopLoad(0);
        work(load, 0, 60, 100);
        assertThat(load.permille()).as("half of its time").isBetween(450, 550);
        assertThat(load.expectedPermille(100)).isEqualTo(load.permille());
        assertThat(load.expectedPermille(150))
                .as("half as many again")
                .isEqualTo(load.permille() + 50 * (load.permille() / 100));

        work(load, 60, 68, 150);
        assertThat(load.expectedPermille(150))
                .as("two seconds later, when nothing has come for them yet")
                .isEqualTo(load.permille() + 50 * (load.permille() / 100));

        work(load, 68, 120, 150);
        assertThat(load.expectedPermille(150))
                .as("when they are part of it")
                .isEqualTo(load.permille());
    }

    @Test
    void whoComesToALoopThatDoesNothingYetCostsSomethingToo() {
        assertThat(new LoopLoad(0).expectedPermille(300)).as("of 300").isBetween(500, 1_000);
    }

    /// Half of the time.
    private static void work(LoopLoad load, int from, int to, int peers) {
        for (var turn = from; turn < to; turn++) {
            load.onTurnStart(turn * LoopLoad.WINDOW_NANOS);
            load.onTurnEnd(peers, turn * LoopLoad.WINDOW_NANOS + LoopLoad.WINDOW_NANOS / 2);
        }
    }

    private void load(int... permille) {
        System.arraycopy(permille, 0, loads, 0, loads.length);
    }

    private Placement placement(int spreadAbovePermille) {
        return new Placement(3, loop -> loads[loop], loop -> peers[loop], spreadAbovePermille);
    }
}
