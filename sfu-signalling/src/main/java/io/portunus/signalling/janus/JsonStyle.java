// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/// How JSON is laid out on its way to a client.
public enum JsonStyle {
    /// Three spaces for each level.
    INDENTED,
    /// On one line, with a space behind each comma and colon.
    PLAIN,
    /// Without any space.
    COMPACT;

    private static final JsonFactory JSON = new JsonFactory();

    /// @param compact JSON without any space
    public String of(String compact) {
        return switch (this) {
            case COMPACT -> compact;
            case PLAIN -> written(compact, plain());
            case INDENTED -> written(compact, indented());
        };
    }

    private static String written(String compact, PrettyPrinter printer) {
        var text = new StringWriter(compact.length() * 2);
        try (var parser = JSON.createParser(compact);
                var generator = JSON.createGenerator(text).setPrettyPrinter(printer)) {
            parser.nextToken();
            generator.copyCurrentStructure(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static PrettyPrinter indented() {
        var line = new DefaultIndenter("   ", "\n");
        var printer = new DefaultPrettyPrinter(separators(Separators.Spacing.NONE));
        printer.indentObjectsWith(line);
        printer.indentArraysWith(line);
        return printer;
    }

    private static PrettyPrinter plain() {
        var printer = new DefaultPrettyPrinter(separators(Separators.Spacing.AFTER));
        printer.indentObjectsWith(DefaultPrettyPrinter.NopIndenter.instance);
        printer.indentArraysWith(DefaultPrettyPrinter.NopIndenter.instance);
        return printer;
    }

    private static Separators separators(Separators.Spacing behindComma) {
        return Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEntrySpacing(behindComma)
                .withArrayValueSpacing(behindComma)
                .withRootSeparator(null)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
    }
}
