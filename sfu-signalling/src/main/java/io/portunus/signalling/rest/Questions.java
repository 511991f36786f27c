// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.security.SecureRandom;

/// The requests that a plain GET stands for. Stateless.
public final class Questions {
    private static final String LETTERS =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int TRANSACTION_LETTERS = 11;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Questions() {}

    /// A request for `verb`, with a transaction of our own.
    public static String ask(String verb) {
        var transaction = new StringBuilder(TRANSACTION_LETTERS);
        for (var i = 0; i < TRANSACTION_LETTERS; i++) {
            transaction.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("janus", verb)
                .put("transaction", transaction.toString())
                .toString();
    }
}
