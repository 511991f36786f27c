// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.testkit.Plans;
import org.junit.jupiter.api.Test;

/// What a report says of the last whole second of a connection.
class LastSecondTest {
    private static final int SSRC = 7;

    /// Of a packet of [TwoPeers], with its header and without.
    private static final int PACKET_BYTES = 24;

    private static final int PAYLOAD_BYTES = 12;

    private final TwoPeers peers = new TwoPeers(Plans.receives(0, Codec.VP8));

    @Test
    void aSecondCountsWhenItHasEndedAndOnlyUntilTheNextHas() {
        send(1, 3);
        assertSecond("before the first has ended", 0);

        peers.advance(1_000);
        assertSecond("the first", 3);
        send(4, 2);
        assertSecond("the first, still", 3);

        peers.advance(1_000);
        assertSecond("the second", 2);

        peers.advance(1_000);
        assertSecond("one in which nothing came", 0);
        var received = peers.publisher.report().received().getFirst();
        assertThat(received.bytes()).as("in all").isEqualTo(5 * PACKET_BYTES);
        assertThat(peers.subscriber.report().sent().getFirst().bytes())
                .as("sent in all")
                .isEqualTo(5 * PAYLOAD_BYTES);
    }

    private void send(int first, int packets) {
        for (var i = first; i < first + packets; i++) {
            peers.video(SSRC, i, i == 1 ? TwoPeers.KEY : TwoPeers.DELTA);
        }
    }

    private void assertSecond(String which, int packets) {
        assertThat(peers.publisher.report().received().getFirst().bytesInLastSecond())
                .as("what came in %s", which)
                .isEqualTo((long) packets * PACKET_BYTES);
        assertThat(peers.subscriber.report().sent().getFirst().bytesInLastSecond())
                .as("what went out in %s", which)
                .isEqualTo((long) packets * PAYLOAD_BYTES);
    }
}
