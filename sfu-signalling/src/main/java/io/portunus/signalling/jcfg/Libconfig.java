// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.jcfg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Locale;

/// Reads libconfig syntax into a tree: groups become objects, arrays and lists arrays. `@include`
/// is refused. One instance reads one text.
///
/// ```
/// general: {
///   admin_key = "secret";    # also  //  and  /* */
///   numbers = [1, 0x2A, 3L]
/// }
/// ```
public final class Libconfig {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_SETTINGS = 1_000_000;

    /// How much of a word that makes no sense is shown, in characters.
    private static final int MAX_SHOWN = 80;

    private static final char END = '\0';

    private final String text;
    private int at;
    private int line = 1;
    private int settings;

    private Libconfig(String text) {
        this.text = text;
    }

    /// @throws LibconfigException naming the line that makes no sense
    public static ObjectNode parse(String text) throws LibconfigException {
        var reader = new Libconfig(text);
        var root = reader.settings(0);
        if (reader.peek() != END || reader.at < text.length()) {
            throw reader.fault("a setting was expected");
        }
        return root;
    }

    private ObjectNode settings(int depth) throws LibconfigException {
        if (depth > MAX_DEPTH) {
            throw fault("groups are nested too deep");
        }
        var group = JSON.objectNode();
        while (isNameStart(peek())) {
            var name = word();
            var sign = peek();
            if (sign != '=' && sign != ':') {
                throw fault("'=' or ':' was expected behind " + shortened(name));
            }
            at++;
            if (++settings > MAX_SETTINGS) {
                throw fault("too many settings");
            }
            group.set(name, value(depth));
            var behind = peek();
            if (behind == ';' || behind == ',') {
                at++;
            }
        }
        return group;
    }

    private JsonNode value(int depth) throws LibconfigException {
        var first = peek();
        return switch (first) {
            case '{' -> {
                at++;
                var group = settings(depth + 1);
                expect('}');
                yield group;
            }
            case '[' -> items(']', depth);
            case '(' -> items(')', depth);
            case '"' -> JSON.textNode(string());
            default -> scalar();
        };
    }

    private ArrayNode items(char end, int depth) throws LibconfigException {
        if (depth >= MAX_DEPTH) {
            throw fault("lists are nested too deep");
        }
        at++;
        var items = JSON.arrayNode();
        while (peek() != end) {
            if (++settings > MAX_SETTINGS) {
                throw fault("too many settings");
            }
            items.add(value(depth + 1));
            if (peek() == ',') {
                at++;
            } else if (peek() != end) {
                throw fault("',' or '" + end + "' was expected");
            }
        }
        at++;
        return items;
    }

    /// Strings that follow each other are one.
    private String string() throws LibconfigException {
        var value = new StringBuilder();
        while (peek() == '"') {
            at++;
            for (var next = take(); next != '"'; next = take()) {
                if (next == '\n') {
                    line++;
                }
                value.append(next == '\\' ? escaped() : next);
            }
        }
        return value.toString();
    }

    private char escaped() throws LibconfigException {
        var escape = take();
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'f' -> '\f';
            case 'x' -> (char) (16 * hex(take()) + hex(take()));
            default -> escape;
        };
    }

    private int hex(char digit) throws LibconfigException {
        var value = Character.digit(digit, 16);
        if (value < 0) {
            throw fault("'" + digit + "' is no hexadecimal digit");
        }
        return value;
    }

    private JsonNode scalar() throws LibconfigException {
        var start = at;
        while (at < text.length() && isScalar(text.charAt(at))) {
            at++;
        }
        var word = text.substring(start, at);
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true" -> JSON.booleanNode(true);
            case "false" -> JSON.booleanNode(false);
            default -> number(word);
        };
    }

    private JsonNode number(String word) throws LibconfigException {
        var digits = word.endsWith("L") ? word.replaceFirst("L{1,2}$", "") : word;
        try {
            if (digits.matches("0[xX][0-9a-fA-F]{1,16}")) {
                return JSON.numberNode(new BigInteger(digits.substring(2), 16).longValue());
            }
            if (digits.matches("[-+]?\\d{1,19}")) {
                return JSON.numberNode(Long.parseLong(digits));
            }
            if (digits.matches(".*[.eE].*")
                    && digits.matches("[-+]?\\d{0,30}\\.?\\d{0,30}([eE][-+]?\\d{1,3})?")
                    && digits.chars().anyMatch(Character::isDigit)) {
                var value = Double.parseDouble(digits);
                if (Double.isFinite(value)) {
                    return JSON.numberNode(value);
                }
            }
        } catch (NumberFormatException _) {
            // Too large for any of them.
        }
        throw fault(
                word.isEmpty() ? "a value was expected" : "'" + shortened(word) + "' is no value");
    }

    private String word() {
        var start = at;
        while (at < text.length() && isName(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    /// The next character behind blanks and comments, without taking it.
    private char peek() throws LibconfigException {
        while (at < text.length()) {
            var next = text.charAt(at);
            if (next == '#' || text.startsWith("//", at)) {
                skipLine();
            } else if (text.startsWith("/*", at)) {
                skipComment();
            } else if (next == '@') {
                throw fault("@include is not supported");
            } else if (Character.isWhitespace(next)) {
                line += next == '\n' ? 1 : 0;
                at++;
            } else {
                return next;
            }
        }
        return END;
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void skipComment() throws LibconfigException {
        var end = text.indexOf("*/", at + 2);
        if (end < 0) {
            throw fault("a comment does not end");
        }
        line += (int) text.substring(at, end).chars().filter(c -> c == '\n').count();
        at = end + 2;
    }

    private char take() throws LibconfigException {
        if (at >= text.length()) {
            throw fault("a string does not end");
        }
        return text.charAt(at++);
    }

    private void expect(char wanted) throws LibconfigException {
        if (peek() != wanted) {
            throw fault("'" + wanted + "' was expected");
        }
        at++;
    }

    /// A word as far as an explanation shows it.
    private static String shortened(String word) {
        return word.length() <= MAX_SHOWN ? word : word.substring(0, MAX_SHOWN) + "…";
    }

    private LibconfigException fault(String what) {
        return new LibconfigException(line, what);
    }

    private static boolean isNameStart(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*';
    }

    private static boolean isName(char c) {
        return isNameStart(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static boolean isScalar(char c) {
        return isName(c) || c == '.' || c == '+';
    }
}
