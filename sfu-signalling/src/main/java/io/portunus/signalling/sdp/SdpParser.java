// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.RemoteTransport;
import io.portunus.signalling.sdp.SessionDescription.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// Reads session descriptions (RFC 8866): all or nothing, with a reason for what is refused.
/// Attributes that we do not know are passed over. Stateless.
public final class SdpParser {
    /// The largest description that is looked at.
    public static final int MAX_CHARACTERS = 128 << 10;

    static final int MAX_LINES = 4_000;
    static final int MAX_LINE_CHARACTERS = 4_096;

    private SdpParser() {}

    /// What became of a description.
    public sealed interface Outcome {
        record Parsed(SessionDescription description) implements Outcome {}

        record Refused(String reason) implements Outcome {}
    }

    public static Outcome parse(String text) {
        try {
            return new Outcome.Parsed(read(text));
        } catch (SdpRefusedException e) {
            return new Outcome.Refused(e.reason());
        }
    }

    private static SessionDescription read(String text) {
        require(text.length() <= MAX_CHARACTERS, "the description is too large");
        var session = new SectionReader(-1);
        var sections = new ArrayList<SectionReader>();
        var current = session;
        var bundle = List.<String>of();
        var mixed = false;
        var number = 0;
        for (var raw : text.split("\n", -1)) {
            var line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
            number++;
            if (line.isEmpty()) {
                continue;
            }
            require(number <= MAX_LINES, "the description has too many lines");
            require(line.length() <= MAX_LINE_CHARACTERS, "line " + number + " is too long");
            require(
                    line.length() >= 2 && line.charAt(1) == '=' && isLetter(line.charAt(0)),
                    "line " + number + " is not of the form x=…");
            // RFC 8866 §9: a value that others take over must not be two lines to them.
            require(
                    line.chars().noneMatch(SdpParser::isControl),
                    "line " + number + " holds a control character");
            if (number == 1) {
                require(line.equals("v=0"), "the description does not start with v=0");
            }
            var value = line.substring(2);
            switch (line.charAt(0)) {
                case 'm' -> {
                    require(
                            sections.size() < MediaPlan.MAX_LINES,
                            "more than " + MediaPlan.MAX_LINES + " media sections");
                    current = new SectionReader(sections.size());
                    current.mediaLine(value);
                    sections.add(current);
                }
                case 'a' -> {
                    if (current == session && value.startsWith("group:BUNDLE")) {
                        bundle = words(value.substring("group:BUNDLE".length()));
                    } else if (current == session && value.equals("extmap-allow-mixed")) {
                        mixed = true;
                    } else {
                        current.attribute(value);
                    }
                }
                default -> {
                    // Origin, timing, connection and bandwidth say nothing that a lite agent needs.
                }
            }
        }
        require(!sections.isEmpty(), "the description has no media section");
        return assemble(session, sections, bundle, mixed);
    }

    private static SessionDescription assemble(
            SectionReader session,
            List<SectionReader> readers,
            List<String> bundle,
            boolean mixed) {
        var inherited = session.transport(Transport.NONE);
        // A bundled section may leave out what the first one says (RFC 9143 §7.1.3).
        var first = readers.getFirst().transport(inherited);
        for (var reader : readers) {
            if (!reader.isRejected()) {
                first = reader.transport(inherited);
                break;
            }
        }
        require(!first.ufrag().isEmpty(), "Missing mandatory ICE ufrag");
        require(!first.password().isEmpty(), "Missing mandatory ICE pwd");
        require(!first.fingerprints().isEmpty(), "Missing mandatory DTLS fingerprint");
        var mids = new HashSet<String>();
        var sections = new ArrayList<SessionDescription.Section>();
        for (var reader : readers) {
            var section = reader.section(first);
            require(mids.add(section.mid()), "the mid " + section.mid() + " is used twice");
            sections.add(section);
        }
        return new SessionDescription(sections, bundle, mixed);
    }

    static List<String> words(String text) {
        var words = new ArrayList<String>();
        for (var word : text.strip().split(" +", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    static RemoteTransport.Fingerprint fingerprint(String value) {
        var parts = words(value);
        require(parts.size() == 2, "a fingerprint is not an algorithm and a value");
        return new RemoteTransport.Fingerprint(
                parts.get(0).toLowerCase(Locale.ROOT), parts.get(1).toUpperCase(Locale.ROOT));
    }

    static int number(String text, int least, int most, String what) {
        try {
            var value = Integer.parseInt(text);
            require(value >= least && value <= most, what + " " + text + " is out of range");
            return value;
        } catch (NumberFormatException e) {
            throw new SdpRefusedException(what + " is not a number");
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new SdpRefusedException(otherwise);
        }
    }

    private static boolean isControl(int c) {
        return c != '\t' && Character.isISOControl(c);
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }
}
