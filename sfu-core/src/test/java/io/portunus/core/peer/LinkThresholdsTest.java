// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.testkit.Plans;
import java.util.List;
import org.junit.jupiter.api.Test;

/// From when on people are told that media stops or gets lost, which operators may change.
class LinkThresholdsTest {
    private static final int SSRC = 7;

    private final TwoPeers peers = new TwoPeers(Plans.receives(0, Codec.VP8));

    @Test
    void aPublisherWhosePacketsGetLostIsToldOfItOnlyWhereOperatorsWishSo() {
        lose(10);
        assertThat(slowLinks()).as("by default").isEmpty();

        peers.thresholds.slowLinkPackets(10);
        lose(9);
        assertThat(slowLinks()).as("below the threshold").isEmpty();
        lose(10);

        assertThat(slowLinks())
                .singleElement()
                .satisfies(slow -> {
                    assertThat(slow.uplink()).as("what we send").isFalse();
                    assertThat(slow.lost()).isGreaterThanOrEqualTo(10);
                });
    }

    @Test
    void mediaThatStopsIsToldOfAfterTheTimeThatIsSet() {
        peers.thresholds.noMediaSeconds(3);
        peers.video(SSRC, 1, TwoPeers.KEY);
        peers.advance(2_900);
        assertThat(stops()).as("before three seconds").isEmpty();

        peers.advance(1_200);

        assertThat(stops())
                .containsExactly(
                        new PeerEvent.Receiving(new PeerId(1), "0", MediaKind.VIDEO, false, 3));
    }

    @Test
    void withoutATimeNothingIsSaidOfMediaThatStops() {
        peers.thresholds.noMediaSeconds(0);
        peers.video(SSRC, 1, TwoPeers.KEY);
        peers.advance(60_000);
        assertThat(stops()).isEmpty();
    }

    private int sequence = 100;

    private void lose(int packets) {
        peers.video(SSRC, sequence, TwoPeers.KEY);
        sequence += packets + 1;
        peers.video(SSRC, sequence++, TwoPeers.DELTA);
        peers.advance(1_000);
    }

    private List<PeerEvent.SlowLink> slowLinks() {
        return peers.events.stream()
                .filter(PeerEvent.SlowLink.class::isInstance)
                .map(PeerEvent.SlowLink.class::cast)
                .toList();
    }

    private List<PeerEvent.Receiving> stops() {
        return peers.events.stream()
                .filter(PeerEvent.Receiving.class::isInstance)
                .map(PeerEvent.Receiving.class::cast)
                .filter(event -> !event.receiving())
                .toList();
    }
}
