// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.conformance;

/// What ids of rooms and participants are: numbers, or texts where the server is set so.
enum IdKind {
    NUMERIC,
    STRING;

    /// The n-th id, as it is read in error texts.
    String text(long n) {
        return this == NUMERIC ? Long.toString(n) : "id-" + n;
    }

    /// The n-th id, as it stands in JSON.
    String json(long n) {
        return this == NUMERIC ? text(n) : "'" + text(n) + "'";
    }

    /// The n-th id, as the other kind has it.
    String foreign(long n) {
        return (this == NUMERIC ? STRING : NUMERIC).json(n);
    }

    /// What an id that is of the other kind is told to be.
    String wanted() {
        return this == NUMERIC ? "a positive integer" : "a string";
    }
}
