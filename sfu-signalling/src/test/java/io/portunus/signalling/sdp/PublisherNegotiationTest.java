// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaPlan.Feedback;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.signalling.sdp.PublisherNegotiation.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherNegotiationTest {
    private static final LocalTransport LOCAL =
            new LocalTransport(
                    "ourufrag",
                    "ourpasswordourpassword",
                    "AA:BB",
                    List.of(new LocalTransport.Candidate("1", 2_130_706_431, "192.0.2.1", 10_000)));

    private final PublisherNegotiation negotiation =
            new PublisherNegotiation(policy(List.of(Codec.VP8), false), 42);

    @ParameterizedTest
    @MethodSource("io.portunus.signalling.sdp.RealOffers#all")
    void everyRealOfferGetsAnAnswerWithAsManySections(String name) {
        var offer = RealOffers.parsed(name);

        var answer = RealOffers.parse(negotiation.answer(accept(offer), LOCAL, Map.of()));

        assertThat(answer.sections()).hasSameSizeAs(offer.sections());
        for (var section : answer.sections()) {
            var offered = offer.sections().get(section.index());
            assertThat(section.mid()).isEqualTo(offered.mid());
            assertThat(section.media()).isEqualTo(offered.media());
            assertThat(offered.direction().receives() || !section.direction().sends())
                    .as("we send where the client does not receive: %s", section)
                    .isTrue();
            assertThat(offered.formats()).containsAll(section.formats());
            assertThat(section.rids()).as("one encoding is taken, so no rid is named").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void audioAndVideoAreTakenWithWhatTheReferenceNames(String browser) {
        var accepted = accept(RealOffers.parsed(browser + "-audio-video"));
        var answer = negotiation.answer(accepted, LOCAL, Map.of());

        assertThat(accepted.plan().lines())
                .extracting(MediaPlan.Line::codec)
                .containsExactly(Codec.OPUS, Codec.VP8);
        var video = accepted.plan().lines().get(1);
        assertThat(video.feedback())
                .contains(
                        Feedback.NACK,
                        Feedback.NACK_PLI,
                        Feedback.CCM_FIR,
                        Feedback.REMB,
                        Feedback.TRANSPORT_CC);
        assertThat(video.rtxPayloadType()).as("retransmissions are taken").isPositive();
        assertThat(video.receives()).isTrue();
        assertThat(video.sends()).isFalse();
        assertThat(video.extensions().has(ExtensionKind.MID)).isTrue();
        assertThat(video.extensions().has(ExtensionKind.RID)).isFalse();
        assertThat(accepted.plan().lines().get(0).extensions().has(ExtensionKind.AUDIO_LEVEL))
                .isTrue();
        assertThat(answer)
                .startsWith("v=0\r\n")
                .contains("a=ice-lite\r\n")
                .contains("a=fingerprint:sha-256 AA:BB\r\n")
                .contains("a=group:BUNDLE 0 1\r\n")
                .contains("a=setup:passive\r\n")
                .contains("a=recvonly\r\n")
                .contains("useinbandfec=1")
                .contains("a=candidate:1 1 udp 2130706431 192.0.2.1 10000 typ host\r\n")
                .contains("a=end-of-candidates\r\n")
                .doesNotContain("a=simulcast")
                .doesNotContain("goog-remb\r\na=rtcp-fb:111");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void aSimulcastOfferIsTakenAsOneEncoding(String browser) {
        var accepted = accept(RealOffers.parsed(browser + "-simulcast"));

        assertThat(accepted.plan().lines()).hasSize(2);
        assertThat(accepted.plan().lines().get(1).encodings()).isEmpty();
        assertThat(negotiation.answer(accepted, LOCAL, Map.of()))
                .doesNotContain("simulcast")
                .doesNotContain("a=rid");
    }

    /// As janus.js with `simulcast2` and older SDKs make them, from the smallest to the largest.
    @Test
    void ofSimulcastInSsrcGroupsTheSmallestIsTakenAndTheOthersAreKnown() {
        var encodings =
                encodings(
                        "a=ssrc-group:FID 11 12",
                        "a=ssrc-group:FID 21 22",
                        "a=ssrc-group:SIM 11 21 31");

        assertThat(encodings)
                .as("what is taken, and what else comes")
                .containsExactly(
                        new MediaPlan.Encoding("", 11, 12),
                        new MediaPlan.Encoding("", 21, 22),
                        new MediaPlan.Encoding("", 31, -1));
    }

    @Test
    void anSsrcThatASimulcastGroupNamesTwiceIsOneEncoding() {
        assertThat(encodings("a=ssrc-group:SIM 11 21 11"))
                .containsExactly(
                        new MediaPlan.Encoding("", 11, -1), new MediaPlan.Encoding("", 21, -1));
    }

    /// Those of a video section that says this of its SSRCs.
    private List<MediaPlan.Encoding> encodings(String... lines) {
        var plain = RealOffers.text("chromium-video-only").replaceAll("a=ssrc\\S* .*\\r\\n", "");
        var offer = RealOffers.parse(plain + String.join("\r\n", lines) + "\r\n");
        return accept(offer).plan().lines().getFirst().encodings();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void aDataChannelIsRefusedWithPortZeroAndTheRestIsTaken(String browser) {
        var answer =
                negotiation.answer(accept(RealOffers.parsed(browser + "-data")), LOCAL, Map.of());

        assertThat(answer).contains("m=application 0 ").contains("a=group:BUNDLE 0 1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void aSecondVideoIsASectionOfItsOwn(String browser) {
        var accepted = accept(RealOffers.parsed(browser + "-camera-and-screen"));

        assertThat(accepted.streams())
                .extracting(OfferedStream::mid)
                .containsExactly("0", "1", "2");
        assertThat(accepted.streams()).noneMatch(OfferedStream::disabled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void whoOnlyReceivesPublishesNothing(String browser) {
        var accepted = accept(RealOffers.parsed(browser + "-recvonly"));

        assertThat(accepted.streams()).allMatch(OfferedStream::disabled);
        assertThat(negotiation.answer(accepted, LOCAL, Map.of())).contains("a=inactive");
    }

    @Test
    void aRoomWithoutACommonCodecRefusesTheSection() {
        var strict = new PublisherNegotiation(policy(List.of(Codec.H265), false), 1);
        var offer = RealOffers.parsed("firefox-audio-video");

        var accepted = (Outcome.Accepted) strict.offered(offer, null, null);

        assertThat(strict.answer(accepted, LOCAL, Map.of())).contains("m=video 0 ");
        assertThat(accepted.streams().get(1).disabled()).isTrue();
    }

    @Test
    void theFirstCodecOfTheRoomThatIsOfferedIsTaken() {
        var room = new PublisherNegotiation(policy(List.of(Codec.H264, Codec.VP8), false), 1);
        var offer = RealOffers.parsed("chromium-audio-video");

        var accepted = (Outcome.Accepted) room.offered(offer, null, null);

        var video = accepted.plan().lines().get(1);
        assertThat(video.codec()).isEqualTo(Codec.H264);
        assertThat(offer.sections().get(1).parameter(video.payloadType(), "packetization-mode"))
                .isEqualTo("1");
    }

    @Test
    void aPassiveClientMakesUsTheActiveSide() {
        var offer =
                RealOffers.parse(
                        RealOffers.text("chromium-audio-video")
                                .replace("a=setup:actpass", "a=setup:passive"));

        var accepted = accept(offer);

        assertThat(accepted.remote().weAreDtlsClient()).isTrue();
        assertThat(negotiation.answer(accepted, LOCAL, Map.of())).contains("a=setup:active\r\n");
    }

    @Test
    void newCredentialsAreAnIceRestartAndTheVersionCountsUp() {
        var text = RealOffers.text("chromium-audio-video");
        var first = negotiation.answer(accept(RealOffers.parse(text)), LOCAL, Map.of());
        var restarted =
                accept(RealOffers.parse(text.replaceAll("a=ice-ufrag:\\S+", "a=ice-ufrag:fresh")));
        var second = negotiation.answer(restarted, LOCAL, Map.of());

        assertThat(restarted.iceRestart()).isTrue();
        assertThat(first).contains("o=- 42 1 IN");
        assertThat(second).contains("o=- 42 2 IN");
    }

    @Test
    void aNewOfferMustKeepTheSectionsOfTheOld() {
        negotiation.answer(accept(RealOffers.parsed("chromium-audio-video")), LOCAL, Map.of());

        assertThat(negotiation.offered(RealOffers.parsed("chromium-video-only"), null, null))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void anEchoSendsBackWhatItGets() {
        var echo = new PublisherNegotiation(policy(List.of(Codec.VP8), true), 7);
        var offer =
                RealOffers.parse(
                        RealOffers.text("chromium-audio-video")
                                .replace("a=sendonly", "a=sendrecv"));

        var accepted = (Outcome.Accepted) echo.offered(offer, null, null);
        var answer = echo.answer(accepted, LOCAL, Map.of(1, new SlotSsrcs(1, 11, 12)));

        assertThat(accepted.plan().lines()).allMatch(line -> line.sends() && line.receives());
        assertThat(answer)
                .contains("a=sendrecv")
                .contains("a=ssrc-group:FID 11 12")
                .contains("a=msid:janus janus1");
    }

    private Outcome.Accepted accept(SessionDescription offer) {
        return (Outcome.Accepted) negotiation.offered(offer, null, null);
    }

    private static PublisherPolicy policy(List<Codec> video, boolean echoes) {
        return new PublisherPolicy(
                List.of(Codec.OPUS),
                video,
                true,
                false,
                true,
                true,
                true,
                true,
                "",
                "",
                "VideoRoom 1234",
                echoes);
    }
}
