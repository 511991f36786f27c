// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaPlan.Feedback;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.signalling.sdp.SubscriberNegotiation.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SubscriberNegotiationTest {
    private static final LocalTransport LOCAL =
            new LocalTransport(
                    "ourufrag",
                    "ourpasswordourpassword",
                    "AA:BB",
                    List.of(new LocalTransport.Candidate("1", 2_130_706_431, "192.0.2.1", 10_000)));
    private static final StreamSpec AUDIO =
            new StreamSpec(Codec.OPUS, "useinbandfec=1", Set.of(ExtensionKind.AUDIO_LEVEL), "");
    private static final StreamSpec VIDEO = new StreamSpec(Codec.VP8, "", Set.of(), "");
    private static final Map<Integer, SlotSsrcs> SSRCS =
            Map.of(
                    0, new SlotSsrcs(0, 100, 101),
                    1, new SlotSsrcs(1, 200, 201),
                    2, new SlotSsrcs(2, 300, 301));

    private final SubscriberNegotiation negotiation = new SubscriberNegotiation("VideoRoom 1", 9);

    @Test
    void theOfferIsTheOneOfTheReference() {
        add(AUDIO);
        add(VIDEO);

        var text = negotiation.offer(LOCAL, SSRCS);

        var offer = RealOffers.parse(text);
        assertThat(offer.bundle()).containsExactly("0", "1");
        assertThat(offer.sections())
                .allMatch(section -> section.direction() == Direction.SENDONLY)
                .allMatch(SessionDescription.Section::rtcpMux);
        assertThat(text)
                .contains("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")
                .contains("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n")
                .contains("a=setup:actpass\r\n")
                .contains("a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n")
                .contains("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n")
                .contains("a=fmtp:97 apt=96\r\n")
                .contains("a=ssrc-group:FID 200 201\r\n")
                .contains("a=msid:janus janus0\r\n")
                .contains("a=ssrc:100 cname:")
                .doesNotContain("FID 100");
    }

    @Test
    void theAnswerSaysWhatIsSentAndHow() {
        add(AUDIO);
        add(VIDEO);

        var accepted = accept(answerTo(negotiation.offer(LOCAL, SSRCS)));

        assertThat(accepted.ready()).containsExactlyInAnyOrder(0, 1);
        assertThat(accepted.plan().lines()).allMatch(MediaPlan.Line::sends);
        var video = accepted.plan().lines().get(1);
        assertThat(video.payloadType()).isEqualTo(96);
        assertThat(video.rtxPayloadType()).isEqualTo(97);
        assertThat(video.feedback()).contains(Feedback.NACK, Feedback.NACK_PLI);
        assertThat(accepted.remote().weAreDtlsClient()).isFalse();
        assertThat(negotiation.awaitsAnswer()).isFalse();
    }

    @Test
    void aClientMayRefuseRetransmissionsExtensionsAndWholeSections() {
        add(AUDIO);
        add(VIDEO);
        var answer =
                answerTo(negotiation.offer(LOCAL, SSRCS))
                        .replace("m=audio 9", "m=audio 0")
                        .replace("SAVPF 96 97", "SAVPF 96")
                        .replaceAll("a=extmap:.*\r\n", "");

        var accepted = accept(answer);

        assertThat(accepted.ready()).containsExactly(1);
        assertThat(accepted.plan().lines())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.rtxPayloadType()).isEqualTo(-1);
                    assertThat(line.extensions().asMap()).isEmpty();
                });
    }

    @Test
    void anInactiveSectionIsUsedAgainForTheSameCodecOnly() {
        add(AUDIO);
        add(VIDEO);
        negotiation.deactivate(1);

        assertThat(negotiation.slotFor(new StreamSpec(Codec.VP9, "", Set.of(), ""), Set.of()))
                .as("another codec needs a new section")
                .isEqualTo(2);
        assertThat(negotiation.slotFor(VIDEO, Set.of())).isEqualTo(1);
        assertThat(negotiation.slotFor(VIDEO, Set.of(1))).isEqualTo(2);
        assertThat(negotiation.offer(LOCAL, SSRCS)).contains("a=inactive\r\na=mid:1");
    }

    @Test
    void anAnswerThatDoesNotFitChangesNothing() {
        add(AUDIO);
        add(VIDEO);
        var right = answerTo(negotiation.offer(LOCAL, SSRCS));
        var short1 = right.substring(0, right.indexOf("m=video"));

        assertThat(negotiation.answered(RealOffers.parse(short1)))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(negotiation.answered(RealOffers.parse(right.replace("a=mid:1", "a=mid:7"))))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(negotiation.awaitsAnswer()).as("the offer is still out").isTrue();
        assertThat(negotiation.answered(RealOffers.parse(right)))
                .isInstanceOf(Outcome.Accepted.class);
        assertThat(negotiation.answered(RealOffers.parse(right)))
                .as("an answer to no offer")
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void theVersionCountsUpAndPayloadTypesNeverClash() {
        add(new StreamSpec(Codec.H265, "", Set.of(), ""));
        add(new StreamSpec(Codec.VP9, "profile-id=0", Set.of(), ""));
        add(new StreamSpec(Codec.AV1, "", Set.of(), ""));

        var first = negotiation.offer(LOCAL, SSRCS);
        var second = negotiation.offer(LOCAL, SSRCS);

        assertThat(first).contains("o=- 9 1 IN");
        assertThat(second).contains("o=- 9 2 IN");
        assertThat(
                        RealOffers.parse(first).sections().stream()
                                .flatMap(section -> section.formats().stream()))
                .as("payload types of one bundle")
                .doesNotHaveDuplicates();
    }

    /// Whatever a client answers, the offer is settled or still out, and the next one can be made.
    @ParameterizedTest
    @MethodSource("io.portunus.signalling.sdp.SdpParserTest#seeds")
    void mutatedAnswersAreAcceptedOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        add(AUDIO);
        add(VIDEO);
        for (var round = 0; round < 40; round++) {
            if (random.nextInt(8) == 0) {
                negotiation.deactivate(random.nextInt(2));
            }
            var right = answerTo(negotiation.offer(LOCAL, SSRCS));
            var answer = new StringBuilder(right);
            for (var change = random.nextInt(1, 6); change > 0; change--) {
                SdpParserTest.mutate(answer, random);
            }
            if (!(SdpParser.parse(answer.toString())
                    instanceof SdpParser.Outcome.Parsed(var parsed))) {
                continue;
            }
            switch (negotiation.answered(parsed)) {
                case Outcome.Refused _ ->
                        assertThat(negotiation.awaitsAnswer())
                                .as("the offer is still out after a refused answer\n%s", answer)
                                .isTrue();
                case Outcome.Accepted accepted -> {
                    assertThat(negotiation.awaitsAnswer()).isFalse();
                    assertThat(accepted.plan().lines().stream().map(MediaPlan.Line::index))
                            .as("sections that are sent on, after\n%s", answer)
                            .doesNotHaveDuplicates()
                            .isSubsetOf(0, 1);
                }
            }
        }
    }

    private void add(StreamSpec spec) {
        negotiation.add(negotiation.slotFor(spec, Set.of()), spec);
    }

    private Outcome.Accepted accept(String answer) {
        return (Outcome.Accepted) negotiation.answered(RealOffers.parse(answer));
    }

    /// What a client that takes everything answers.
    private static String answerTo(String offer) {
        return offer.replace("a=sendonly", "a=recvonly")
                .replace("a=setup:actpass", "a=setup:active")
                .replaceAll("a=(ssrc|msid|ssrc-group|candidate|end-of-candidates).*\r\n", "")
                .replace("a=ice-lite\r\n", "");
    }
}
