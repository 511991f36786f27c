// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.util.random.RandomGenerator;

/// A user name fragment and its password (RFC 8445 §5.3).
public record IceCredentials(String ufrag, String password) {
    /// RFC 8445 §5.3 asks for 24 bits, as four characters; more, so that strangers meet nobody's.
    private static final int UFRAG_CHARACTERS = 8;

    /// RFC 8445 §5.3 asks for 128 bits, as 22 characters.
    private static final int PASSWORD_CHARACTERS = 24;

    private static final String ICE_CHARACTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// @param random a cryptographically strong one
    public static IceCredentials create(RandomGenerator random) {
        return new IceCredentials(
                text(UFRAG_CHARACTERS, random), text(PASSWORD_CHARACTERS, random));
    }

    private static String text(int characters, RandomGenerator random) {
        var text = new StringBuilder(characters);
        for (var i = 0; i < characters; i++) {
            text.append(ICE_CHARACTERS.charAt(random.nextInt(ICE_CHARACTERS.length())));
        }
        return text.toString();
    }

    /// Without the password, which belongs in no log.
    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }
}
