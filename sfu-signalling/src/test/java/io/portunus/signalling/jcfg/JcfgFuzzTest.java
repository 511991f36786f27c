// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.jcfg;

import static io.portunus.core.testkit.FuzzTarget.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.core.testkit.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A configuration is read or refused with its line, and what was read means the same when it is
/// written down and read again.
class JcfgFuzzTest {
    private static final int MUTATIONS = 40_000;

    /// What a refusal may say of the text, in characters.
    private static final int MAX_EXPLANATION = 200;

    private static final Pattern EXPLANATION = Pattern.compile("line (\\d+): .+", Pattern.DOTALL);

    @Test
    void everyTextIsReadOrRefusedWithItsLine() {
        FuzzTarget.replayTexts(
                JcfgFuzzTest.class, "jcfg", MUTATIONS, JcfgFuzzTest::fuzzerTestOneInput);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget.bounded(input, bytes -> check(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static void check(String text) {
        JsonNode read;
        try {
            read = Libconfig.parse(text);
        } catch (LibconfigException refusal) {
            explained(text, String.valueOf(refusal.getMessage()));
            return;
        }
        var written = new StringBuilder();
        read.properties()
                .forEach(setting ->
                        write(written.append(setting.getKey()).append('='), setting.getValue()));
        try {
            var again = Libconfig.parse(written.toString());
            require(again.equals(read), () -> read + " was written down and read as " + again);
        } catch (LibconfigException e) {
            throw new AssertionError(read + " is refused when it is written down: " + written, e);
        }
    }

    private static void explained(String text, String explanation) {
        var match = EXPLANATION.matcher(explanation);
        require(match.matches(), () -> "no line in: " + explanation);
        var lines = text.chars().filter(c -> c == '\n').count() + 1;
        var line = Integer.parseInt(match.group(1));
        require(line >= 1 && line <= lines, () -> line + " of " + lines + " lines");
        require(
                explanation.length() <= MAX_EXPLANATION,
                () -> "a refusal of " + explanation.length() + " characters");
    }

    /// With a comment behind each value, so that none may be taken for a part of it.
    private static void write(StringBuilder into, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                into.append('{');
                node.properties()
                        .forEach(setting ->
                                write(
                                        into.append(setting.getKey()).append(" : "),
                                        setting.getValue()));
                into.append('}');
            }
            case ARRAY -> {
                into.append('(');
                node.forEach(item -> write(into, item));
                into.append(')');
            }
            case STRING -> quote(into, node.textValue());
            case NUMBER -> {
                require(
                        !node.isDouble() || Double.isFinite(node.doubleValue()),
                        () -> "a number of no size: " + node);
                into.append(node.isDouble() ? Double.toString(node.doubleValue()) : node.asText());
            }
            case BOOLEAN -> into.append(node.booleanValue());
            default -> throw new AssertionError("libconfig has no " + node.getNodeType());
        }
        into.append("/* */,\n");
    }

    private static void quote(StringBuilder into, String text) {
        into.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '"' || c == '\\') {
                into.append('\\').append(c);
            } else if (c < 0x20) {
                into.append("\\x%02x".formatted((int) c));
            } else {
                into.append(c);
            }
        }
        into.append('"');
    }
}
