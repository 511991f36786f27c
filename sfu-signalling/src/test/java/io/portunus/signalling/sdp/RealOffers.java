// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// Offers as real browsers wrote them: Chromium 156 and Firefox ESR with fake cameras.
public final class RealOffers {
    static final List<String> KINDS =
            List.of(
                    "audio-video",
                    "video-only",
                    "camera-and-screen",
                    "recvonly",
                    "data",
                    "simulcast");

    private RealOffers() {}

    /// The names of all of them.
    static Stream<String> all() {
        return Stream.of("chromium", "firefox")
                .flatMap(browser -> KINDS.stream().map(kind -> browser + "-" + kind));
    }

    public static String text(String name) {
        try (var stream = RealOffers.class.getResourceAsStream(name + ".sdp")) {
            if (stream == null) {
                throw new IllegalArgumentException("there is no offer " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SessionDescription parsed(String name) {
        return parse(text(name));
    }

    static SessionDescription parse(String text) {
        return switch (SdpParser.parse(text)) {
            case SdpParser.Outcome.Parsed(var description) -> description;
            case SdpParser.Outcome.Refused(var reason) ->
                    throw new AssertionError("refused: " + reason + "\n" + text);
        };
    }
}
