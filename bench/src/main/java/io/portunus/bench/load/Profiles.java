// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import io.portunus.transport.srtp.SrtpProfile;
import java.util.Arrays;
import java.util.List;

/// Which SRTP profiles clients offer or choose from.
///
/// @param name for the reader
/// @param order best first
record Profiles(String name, List<SrtpProfile> order) {
    /// Chromium's: the profile that everybody must have first, since AES-GCM makes packets longer;
    /// it takes the other where the server chooses.
    static final Profiles BROWSER =
            new Profiles(
                    "as a browser negotiates",
                    List.of(
                            SrtpProfile.AES128_CM_HMAC_SHA1_80,
                            SrtpProfile.AEAD_AES_256_GCM,
                            SrtpProfile.AEAD_AES_128_GCM));

    /// What every server has.
    static final Profiles COMMON = only(SrtpProfile.AES128_CM_HMAC_SHA1_80);

    Profiles {
        order = List.copyOf(order);
    }

    private static Profiles only(SrtpProfile profile) {
        return new Profiles("all on " + profile, List.of(profile));
    }

    /// @param wanted `browser`, or the name of the only one
    static Profiles of(String wanted) {
        if (wanted.equals("browser")) {
            return BROWSER;
        }
        return Arrays.stream(SrtpProfile.values())
                .filter(profile -> profile.name().equalsIgnoreCase(wanted))
                .map(Profiles::only)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no SRTP profile "
                                        + wanted
                                        + ", only browser and "
                                        + Arrays.toString(SrtpProfile.values())));
    }
}
