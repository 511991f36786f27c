// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Compares secrets in a time that tells nothing of them.
final class Secrets {
    private Secrets() {}

    static boolean equal(String given, String expected) {
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
