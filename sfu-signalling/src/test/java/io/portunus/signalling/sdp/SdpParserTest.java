// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpParserTest {
    private static final int MUTATIONS = 100;

    static LongStream seeds() {
        var replay = Long.getLong("portunus.seed");
        return replay != null ? LongStream.of(replay) : LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("io.portunus.signalling.sdp.RealOffers#all")
    void realOffersAreUnderstoodWithEitherLineEnd(String name) {
        var text = RealOffers.text(name);

        var offer = RealOffers.parse(text);

        assertThat(offer.transport().ufrag()).isNotEmpty();
        assertThat(offer.transport().fingerprints()).isNotEmpty();
        assertThat(offer.sections()).noneMatch(SessionDescription.Section::rejected);
        assertThat(RealOffers.parse(text.replace("\r\n", "\n"))).isEqualTo(offer);
    }

    @ParameterizedTest
    @CsvSource({
        "a=ice-ufrag, Missing mandatory ICE ufrag",
        "a=ice-pwd, Missing mandatory ICE pwd",
        "a=fingerprint, Missing mandatory DTLS fingerprint",
        "v=0, the description does not start with v=0",
        "m=, the description has no media section",
    })
    void whatIsMissingIsNamed(String start, String reason) {
        var without = new StringBuilder();
        for (var line : RealOffers.text("chromium-audio-video").split("\r\n", -1)) {
            if (!line.startsWith(start)) {
                without.append(line).append("\r\n");
            }
        }

        assertThat(SdpParser.parse(without.toString()))
                .isEqualTo(new SdpParser.Outcome.Refused(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ice-ufrag", "ice-pwd"})
    void credentialsThatNoCheckCouldCarryAreRefusedAndThoseThatBrowsersForgiveAreNot(String name) {
        for (var text : new String[] {"ab=+/_-#:d", "x".repeat(256)}) {
            assertThat(SdpParser.parse(with(name, text)))
                    .as("an offer with %s:%.20s", name, text)
                    .isInstanceOf(SdpParser.Outcome.Parsed.class);
        }
        for (var text : new String[] {"\u6c34".repeat(256), "abcd\u00e9", "ab cd"}) {
            assertThat(SdpParser.parse(with(name, text)))
                    .as("an offer with %s:%.20s", name, text)
                    .isEqualTo(
                            new SdpParser.Outcome.Refused(
                                    "ICE credentials are not plain characters"));
        }
    }

    private static String with(String name, String value) {
        return RealOffers.text("chromium-audio-video")
                .replaceAll("a=" + name + ":[^\r\n]*", "a=" + name + ":" + value);
    }

    @Test
    void nonsenseIsRefusedWithAReason() {
        for (var text :
                new String[] {
                    "",
                    "\n\n",
                    "hello",
                    "v=0",
                    "v=0\nm=audio",
                    "v=0\r\nm=audio 9 x y\r\nfoo",
                    "v=0\r\nm=audio 99999999999 RTP 0",
                    "v=0\r\nm=video 9 RTP 128",
                    "v=0\r\n" + "a=x\r\n".repeat(5_000),
                    "v=0\r\na=" + "x".repeat(5_000),
                    "x".repeat(SdpParser.MAX_CHARACTERS + 1),
                    "v=0\r\n" + "m=audio 9 RTP 0\r\n".repeat(100)
                }) {
            assertThat(SdpParser.parse(text))
                    .as("a description that starts with %.40s", text)
                    .isInstanceOf(SdpParser.Outcome.Refused.class);
        }
    }

    /// Whatever a client changes in a description, it is parsed or refused; what is parsed can be
    /// negotiated without a fault.
    @ParameterizedTest
    @MethodSource("seeds")
    void mutatedOffersAreParsedOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        var names = RealOffers.all().toList();
        for (var i = 0; i < MUTATIONS; i++) {
            var text = new StringBuilder(RealOffers.text(names.get(random.nextInt(names.size()))));
            for (var change = random.nextInt(1, 8); change > 0; change--) {
                mutate(text, random);
            }
            if (SdpParser.parse(text.toString()) instanceof SdpParser.Outcome.Parsed(var offer)) {
                var policy =
                        new PublisherPolicy(
                                java.util.List.of(io.portunus.core.codec.Codec.OPUS),
                                java.util.List.of(io.portunus.core.codec.Codec.VP8),
                                true,
                                true,
                                true,
                                true,
                                true,
                                true,
                                "",
                                "",
                                "s",
                                true);
                assertThat(new PublisherNegotiation(policy, 1).offered(offer, null, null))
                        .isNotNull();
            }
        }
    }

    static void mutate(StringBuilder text, SplittableRandom random) {
        if (text.isEmpty()) {
            return;
        }
        var at = random.nextInt(text.length());
        switch (random.nextInt(5)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.setCharAt(at, (char) random.nextInt(1, 0x250));
            case 2 -> text.insert(at, random.nextInt());
            case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(200)));
            default ->
                    text.insert(
                            at,
                            text.substring(at, Math.min(text.length(), at + random.nextInt(400))));
        }
    }
}
