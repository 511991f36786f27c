// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import static io.portunus.core.testkit.FuzzTarget.require;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.testkit.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Descriptions, one behind the other with a line `--` between them, as the offers of one publisher
/// and as the answers of one subscriber: each is taken whole or refused with a reason, a refused
/// one leaves no trace, and what we write says nothing that nobody negotiated.
class SdpFuzzTest {
    private static final int MUTATIONS = 2_500;
    private static final int MAX_REASON = 300;

    /// What an answer may say besides what its offer did, for each section, in characters.
    private static final int MAX_ADDED = 2_000;

    private static final LocalTransport LOCAL =
            new LocalTransport(
                    "ourufrag",
                    "ourpasswordourpassword",
                    "AA:BB",
                    List.of(new LocalTransport.Candidate("1", 2_130_706_431, "192.0.2.1", 10_000)));

    private static final List<PublisherPolicy> POLICIES =
            List.of(
                    policy(List.of(Codec.OPUS), List.of(Codec.VP8), "", false),
                    policy(
                            List.of(Codec.OPUS, Codec.PCMU, Codec.G722),
                            List.of(Codec.VP9, Codec.H264, Codec.AV1, Codec.H265, Codec.VP8),
                            "42e01f",
                            true));

    @Test
    void everyDescriptionIsTakenWholeOrLeavesNoTrace() {
        FuzzTarget.replayTexts(
                SdpFuzzTest.class, "sdp", MUTATIONS, SdpFuzzTest::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @MethodSource("io.portunus.signalling.sdp.RealOffers#all")
    void soAreThoseOfBrowsers(String name) {
        check(RealOffers.text(name) + "--\n" + RealOffers.text(name));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget.bounded(input, bytes -> check(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static void check(String text) {
        var descriptions = new ArrayList<SessionDescription>();
        for (var one : text.split("(^|\n)--\r?\n", 6)) {
            var parsed = parse(one);
            if (parsed != null) {
                descriptions.add(parsed);
            }
        }
        for (var policy : POLICIES) {
            publish(descriptions, policy);
        }
    }

    private static @Nullable SessionDescription parse(String text) {
        return switch (SdpParser.parse(text)) {
            case SdpParser.Outcome.Refused(var reason) -> {
                explained(reason);
                yield null;
            }
            case SdpParser.Outcome.Parsed(var description) -> {
                var again = RealOffers.parse(PlainSdp.of(description));
                require(
                        again.equals(description),
                        () -> description + "\nwas written down and read as\n" + again);
                yield description;
            }
        };
    }

    /// Offers them all to one negotiation, and those that are taken to another, which must then
    /// give the same answers.
    private static void publish(List<SessionDescription> offers, PublisherPolicy policy) {
        var negotiation = new PublisherNegotiation(policy, 42);
        var twin = new PublisherNegotiation(policy, 42);
        for (var offer : offers) {
            var outcome = negotiation.offered(offer, null, null);
            require(
                    outcome.equals(negotiation.offered(offer, null, null)),
                    () -> "an offer that was only looked at is seen otherwise the second time");
            switch (outcome) {
                case PublisherNegotiation.Outcome.Refused(var reason) -> explained(reason);
                case PublisherNegotiation.Outcome.Accepted accepted -> {
                    var answer = negotiation.answer(accepted, LOCAL, Map.of());
                    require(
                            twin.offered(offer, null, null)
                                            instanceof PublisherNegotiation.Outcome.Accepted same
                                    && same.equals(accepted)
                                    && twin.answer(same, LOCAL, Map.of()).equals(answer),
                            () -> "a refused offer has changed what is answered to the next");
                    sensible(accepted.plan());
                    answers(answer, offer, accepted);
                    subscribe(accepted.streams(), offers);
                }
            }
        }
    }

    private static void explained(String reason) {
        require(
                !reason.isBlank() && reason.length() <= MAX_REASON,
                () -> "a refusal of " + reason.length() + " characters");
    }

    private static void sensible(MediaPlan plan) {
        var indexes = new HashSet<Integer>();
        var mids = new HashSet<String>();
        for (var line : plan.lines()) {
            require(
                    indexes.add(line.index()) && mids.add(line.mid()) && line.mid().length() <= 16,
                    () -> "two sections cannot be told apart: " + plan);
            require(
                    line.payloadType() >= 0
                            && line.payloadType() <= 127
                            && line.rtxPayloadType() <= 127
                            && line.rtxPayloadType() != line.payloadType(),
                    () -> "two things of one payload type: " + line);
            var ids = new HashSet<>(line.extensions().asMap().values());
            require(
                    ids.size() == line.extensions().asMap().size(),
                    () -> "two extensions of one id: " + line);
        }
    }

    private static void answers(
            String text, SessionDescription offer, PublisherNegotiation.Outcome.Accepted accepted) {
        var answer = written(text);
        require(
                answer.sections().size() == offer.sections().size(),
                () -> "an answer of other sections than the offer\n" + text);
        var said = PlainSdp.of(offer).length();
        require(
                text.length() <= said + MAX_ADDED * (1 + offer.sections().size()),
                () -> text.length() + " characters in answer to " + said);
        var lines = new HashMap<Integer, MediaPlan.Line>();
        accepted.plan().lines().forEach(line -> lines.put(line.index(), line));
        for (var section : answer.sections()) {
            var asked = offer.sections().get(section.index());
            var line = lines.get(section.index());
            require(section.mid().equals(asked.mid()), () -> "another mid than offered\n" + text);
            require(
                    section.mediaName().equals(asked.mediaName()),
                    () -> "another kind of media than offered\n" + text);
            require(
                    section.rejected() == (line == null),
                    () -> "section " + section.index() + " is not as planned\n" + text);
            require(
                    asked.rawFormats().containsAll(section.rawFormats()),
                    () -> "formats that nobody offered\n" + text);
            require(
                    !section.direction().sends() || asked.direction().receives(),
                    () -> "we send where the client does not receive\n" + text);
            require(
                    !section.direction().receives() || asked.direction().sends(),
                    () -> "we receive where the client does not send\n" + text);
        }
    }

    /// What we write: understood as we mean it, without a line that came in through a value.
    private static SessionDescription written(String text) {
        for (var line : text.split("\r\n", -1)) {
            require(
                    line.chars().noneMatch(c -> c != '\t' && Character.isISOControl(c)),
                    () -> "a line that clients may read as two: " + line.replace('\r', '⏎'));
        }
        // One that rejects every section names no credentials, as it need not (RFC 8839 §5.4).
        return RealOffers.parse(
                text.replace("a=ice-lite\r\n", "a=ice-ufrag:none\r\na=ice-pwd:none\r\n"));
    }

    /// Feeds one subscriber with `streams`, and takes `answers` as its own until one is accepted.
    private static void subscribe(List<OfferedStream> streams, List<SessionDescription> answers) {
        var negotiation = new SubscriberNegotiation("VideoRoom 1", 9);
        var ssrcs = new HashMap<Integer, SlotSsrcs>();
        for (var stream : streams) {
            if (!stream.disabled()) {
                var slot = negotiation.slots();
                ssrcs.put(slot, new SlotSsrcs(slot, 100 + 2 * slot, 101 + 2 * slot));
                negotiation.add(slot, StreamSpec.of(stream, ""));
            }
        }
        if (ssrcs.isEmpty()) {
            return;
        }
        var offer = negotiation.offer(LOCAL, ssrcs);
        var sections = written(offer).sections().size();
        require(sections == ssrcs.size(), () -> "not one section for each stream\n" + offer);
        for (var answer : answers) {
            switch (negotiation.answered(answer)) {
                case SubscriberNegotiation.Outcome.Refused(var reason) -> {
                    explained(reason);
                    require(
                            negotiation.awaitsAnswer(),
                            () -> "a refused answer has ended the wait for the right one");
                }
                case SubscriberNegotiation.Outcome.Accepted accepted -> {
                    sensible(accepted.plan());
                    require(
                            ssrcs.keySet().containsAll(accepted.ready()),
                            () -> "ready for what was not offered: " + accepted);
                    negotiation.answerAgain();
                }
            }
        }
        var right = written(answerTo(offer));
        require(
                negotiation.answered(right)
                                instanceof SubscriberNegotiation.Outcome.Accepted accepted
                        && accepted.ready().equals(Set.copyOf(ssrcs.keySet())),
                () -> "the right answer to our offer is not taken whole\n" + offer);
    }

    private static String answerTo(String offer) {
        return offer.replace("a=sendonly", "a=recvonly")
                .replace("a=setup:actpass", "a=setup:active");
    }

    private static PublisherPolicy policy(
            List<Codec> audio, List<Codec> video, String h264Profile, boolean echoes) {
        return new PublisherPolicy(
                audio, video, true, true, true, true, true, true, "", h264Profile, "Room", echoes);
    }
}
