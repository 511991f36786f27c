// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.jcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibconfigTest {
    private static final String EXAMPLE =
            """
            /* As Janus
               has it */
            general: {
                #key = "off"
                admin_key = "a\\"b" // behind
                  "c";
                port : 8088, hex = 0x2A; big = 9007199254740991L
                ratio = -1.5e2
                on = TRUE
            };
            room-1: { list = ( "a", { b = [1, 2, 3] } ); empty = [] }
            """;

    @Test
    void readsGroupsListsAndEveryKindOfValue() throws Exception {
        assertThat(Libconfig.parse(EXAMPLE))
                .hasToString(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"general": {"admin_key": "a\\"bc", "port": 8088, "hex": 42,
                                          "big": 9007199254740991, "ratio": -150.0, "on": true},
                                         "room-1": {"list": ["a", {"b": [1, 2, 3]}], "empty": []}}
                                        """)
                                .toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a 5            | line 1: '=' or ':' was expected behind a
                    a = $          | line 1: a value was expected
                    a = maybe      | line 1: 'maybe' is no value
                    a = "x         | line 1: a string does not end
                    a = { b = 1    | line 1: '}' was expected
                    a = [1 2]      | line 1: ',' or ']' was expected
                    /* a           | line 1: a comment does not end
                    @include "x"   | line 1: @include is not supported
                    }              | line 1: a setting was expected
                    a = 99999999999999999999 | is no value
                    """)
    void whatMakesNoSenseIsNamedByItsLine(String text, String explanation) {
        assertThatThrownBy(() -> Libconfig.parse(text))
                .isInstanceOf(LibconfigException.class)
                .hasMessageContaining(explanation);
    }

    @Test
    void groupsCannotBeNestedWithoutEnd() {
        assertThatThrownBy(() -> Libconfig.parse("a:{".repeat(100_000)))
                .isInstanceOf(LibconfigException.class)
                .hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> Libconfig.parse("a=" + "(".repeat(100_000)))
                .isInstanceOf(LibconfigException.class)
                .hasMessageContaining("nested too deep");
    }

    @Test
    void noTextCanDoMoreThanBeRefused() {
        var random = new Random(11);
        var alphabet = "ab={}[]();:,\"\\#/*\n 019.-xL@";
        for (var i = 0; i < 50_000; i++) {
            var text = new StringBuilder(EXAMPLE);
            for (var change = random.nextInt(1, 6); change > 0 && !text.isEmpty(); change--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            try {
                assertThat(Libconfig.parse(text.toString())).isNotNull();
            } catch (LibconfigException refusal) {
                assertThat(refusal).hasMessageStartingWith("line ");
            }
        }
    }
}
