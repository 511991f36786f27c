// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Hostile texts, the same for the same seed: good ones whose lines and characters were changed,
/// left out, doubled, swapped and mixed up with others.
final class TextMutations {
    private static final int MAX_CHARACTERS = 16 << 10;
    private static final int MAX_CHANGES = 4;

    /// What readers of text have stumbled over.
    private static final List<String> AWKWARD =
            List.of(
                    "",
                    " ",
                    "\r",
                    "\n",
                    "\t",
                    "\u0000",
                    "\u0085",
                    "\u2028",
                    "\u00e9",
                    "\ud83d\ude00",
                    "\"",
                    "'",
                    "\\",
                    "\\u0000",
                    "\\ud800",
                    "/*",
                    "//",
                    "#",
                    "@",
                    ":",
                    ";",
                    ",",
                    "=",
                    "{",
                    "}",
                    "[",
                    "]",
                    "(",
                    ")",
                    "/",
                    "*",
                    "-",
                    "+",
                    ".",
                    "-1",
                    "0",
                    "00",
                    "1e999",
                    "127",
                    "128",
                    "255",
                    "256",
                    "65535",
                    "65536",
                    "2147483647",
                    "2147483648",
                    "4294967295",
                    "4294967296",
                    "9007199254740992",
                    "9223372036854775807",
                    "18446744073709551616",
                    "0x7fffffffffffffff",
                    "null",
                    "true",
                    "false",
                    "NaN");

    private final SplittableRandom random;

    TextMutations(long seed) {
        random = new SplittableRandom(seed);
    }

    /// One of `good`, changed in one to four ways.
    byte[] next(List<byte[]> good) {
        var text = any(good);
        for (var i = random.nextInt(MAX_CHANGES) + 1; i > 0; i--) {
            text = random.nextInt(3) == 0 ? changedLines(text, good) : changed(text);
        }
        var end = Math.min(text.length(), MAX_CHARACTERS);
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8);
    }

    private String any(List<byte[]> good) {
        return new String(good.get(random.nextInt(good.size())), StandardCharsets.UTF_8);
    }

    private String changed(String text) {
        var from = random.nextInt(text.length() + 1);
        var to = Math.min(text.length(), from + random.nextInt(1, 12));
        var before = text.substring(0, from);
        return switch (random.nextInt(6)) {
            case 0 -> before;
            case 1 -> before + text.substring(to);
            case 2 -> before + awkward() + text.substring(from);
            case 3 ->
                    before
                            + text.substring(from, to).repeat(random.nextInt(40))
                            + text.substring(to);
            case 4 ->
                    before
                            + (char) random.nextInt(0x100)
                            + text.substring(Math.min(text.length(), from + 1));
            default -> {
                // In the place of a whole word or number.
                var end = from;
                while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
                    end++;
                }
                yield before + awkward() + text.substring(end);
            }
        };
    }

    private String awkward() {
        return AWKWARD.get(random.nextInt(AWKWARD.size()));
    }

    private String changedLines(String text, List<byte[]> good) {
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        var at = random.nextInt(lines.size());
        switch (random.nextInt(4)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(random.nextInt(lines.size() + 1), lines.get(at));
            case 2 -> lines.add(lines.remove(at));
            default -> {
                var others = any(good).split("\n", -1);
                lines.add(at, others[random.nextInt(others.length)]);
            }
        }
        return String.join("\n", lines);
    }
}
