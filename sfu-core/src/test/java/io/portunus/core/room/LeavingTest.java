// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.room.RoomGauges.Gauge;
import io.portunus.core.testkit.SimulatedTransport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of what ends together. Peer 1 publishes for `anna`, peer 2 is fed from it.
class LeavingTest {
    /// What can end, each with what is told when it ends alone.
    enum End {
        PUBLISHER_CLOSES_DTLS(
                "feed gone 2 [0, 1]", "unpublished anna DTLS_CLOSED", "closed 1 DTLS_CLOSED"),
        PUBLISHER_FALLS_SILENT(
                "feed gone 2 [0, 1]", "unpublished anna ICE_FAILED", "closed 1 ICE_FAILED"),
        UNPUBLISH(
                "feed gone 2 [0, 1]",
                "unpublished anna CLOSED_BY_PLUGIN",
                "done",
                "closed 1 CLOSED_BY_PLUGIN"),
        LEAVE("feed gone 2 [0, 1]", "left anna LEFT publishing", "closed 1 CLOSED_BY_PLUGIN"),
        TAB_KILLED("feed gone 2 [0, 1]", "left anna GONE publishing", "closed 1 CLOSED_BY_PLUGIN"),
        KICK("feed gone 2 [0, 1]", "left anna KICKED publishing", "closed 1 CLOSED_BY_PLUGIN"),
        EVICTION("feed gone 2 [0, 1]", "left anna EVICTED publishing", "closed 1 CLOSED_BY_PLUGIN"),
        SUBSCRIBER_CLOSES_DTLS("closed 2 DTLS_CLOSED"),
        DESTROY("ended DESTROYED", "closed 1 CLOSED_BY_PLUGIN", "closed 2 CLOSED_BY_PLUGIN"),
        SERVER_STOPS(
                "ended SERVER_STOPPING", "closed 1 SERVER_STOPPING", "closed 2 SERVER_STOPPING");

        private final String told;

        End(String... told) {
            this.told = String.join(", then ", told);
        }

        void happen(Scene scene, SimulatedTransport publisher, SimulatedTransport subscriber) {
            switch (this) {
                case PUBLISHER_CLOSES_DTLS -> publisher.end(PeerEnd.DTLS_CLOSED);
                case PUBLISHER_FALLS_SILENT -> publisher.end(PeerEnd.ICE_FAILED);
                case UNPUBLISH -> scene.unpublish("anna");
                case LEAVE -> scene.leave("anna", LeaveReason.LEFT);
                case TAB_KILLED -> scene.leave("anna", LeaveReason.GONE);
                case KICK -> scene.leave("anna", LeaveReason.KICKED);
                case EVICTION -> scene.leave("anna", LeaveReason.EVICTED);
                case SUBSCRIBER_CLOSES_DTLS -> subscriber.end(PeerEnd.DTLS_CLOSED);
                case DESTROY -> scene.destroy();
                case SERVER_STOPS -> scene.loop.stop();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachEndIsToldInItsOrder(End end) {
        var scene = new Scene();
        var publisher = scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        scene.told();

        end.happen(scene, publisher, subscriber);

        assertThat(String.join(", then ", scene.told())).isEqualTo(end.told);
        scene.loop.events().assertAllAnswered();
        assertThat(scene.loop.faults()).isEmpty();
    }

    static Stream<Arguments> twoEnds() {
        return Stream.of(End.values())
                .flatMap(first ->
                        Stream.of(End.values()).map(second -> Arguments.of(first, second)));
    }

    /// Any three, one after the other.
    @ParameterizedTest
    @MethodSource("twoEnds")
    void severalEndsAreToldOnceEach(End first, End second) {
        for (var third : End.values()) {
            endAndCompare(List.of(first, second, third), false);
        }
    }

    /// A transport reports what it was asked to end only when the call has returned, and more may
    /// have been asked meanwhile.
    @ParameterizedTest
    @MethodSource("twoEnds")
    void nothingIsToldTwiceWhenTransportsReportTheirEndLate(End first, End second) {
        for (var third : End.values()) {
            endAndCompare(List.of(first, second, third), true);
        }
    }

    private static void endAndCompare(List<End> ends, boolean late) {
        var scene = new Scene();
        var publisher = scene.publisher("anna");
        var subscriber = scene.subscriber("anna");
        scene.told();

        scene.loop.holdEnds(late);
        ends.forEach(end -> end.happen(scene, publisher, subscriber));
        scene.loop.holdEnds(false);

        var expected = new LeavingModel(late);
        ends.forEach(expected::happen);
        assertThat(scene.told()).as("what is told of %s", ends).isEqualTo(expected.told());
        scene.loop.events().assertAllAnswered();
        assertThat(scene.loop.faults()).isEmpty();
        for (var gauge : Gauge.values()) {
            assertThat(scene.loop.rooms().gauges().get(gauge))
                    .as("%s after %s", gauge, ends)
                    .isEqualTo(expected.gauge(gauge));
        }
    }
}
