// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// What the server was made of, as its build wrote down.
///
/// @param commit the full hash, or `unknown` where it was not built in a git repository
/// @param builtAt in UTC, ISO 8601
record BuildFacts(String commit, String builtAt) {
    static BuildFacts read() {
        var written = new Properties();
        try (var stream = BuildFacts.class.getResourceAsStream("/portunus-build.properties")) {
            if (stream != null) {
                written.load(stream);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildFacts(
                written.getProperty("commit", "unknown"), written.getProperty("built", "unknown"));
    }
}
