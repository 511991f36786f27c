// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.transport.srtp.SrtpKeyMaterial;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/// The `use_srtp` extension (RFC 5764 §4.1) of one handshake, and the keys that come of it.
@SuppressWarnings("JdkObsolete") // Bouncy Castle's extensions are a Hashtable.
final class SrtpNegotiation {
    private @Nullable SrtpProfile agreed;
    private @Nullable SrtpKeyMaterial keys;

    /// As the server: takes the profile that we like best among those offered.
    ///
    /// @param ours best first
    void choose(Hashtable<?, ?> clientExtensions, List<SrtpProfile> ours) throws IOException {
        var offered = offered(clientExtensions);
        for (var profile : ours) {
            if (contains(offered, profile)) {
                agreed = profile;
                return;
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile in common");
    }

    /// As the client: the server has chosen one.
    void accept(Hashtable<?, ?> serverExtensions) throws IOException {
        var chosen = offered(serverExtensions);
        if (chosen.length == 1) {
            for (var profile : SrtpProfile.values()) {
                if (profile.wireValue() == chosen[0]) {
                    agreed = profile;
                    return;
                }
            }
        }
        throw new TlsFatalAlert(AlertDescription.illegal_parameter, "no SRTP profile chosen");
    }

    private static int[] offered(@Nullable Hashtable<?, ?> extensions) throws IOException {
        var data = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
        return data == null ? new int[0] : data.getProtectionProfiles();
    }

    private static boolean contains(int[] offered, SrtpProfile profile) {
        for (var one : offered) {
            if (one == profile.wireValue()) {
                return true;
            }
        }
        return false;
    }

    /// As the server: what was chosen.
    void answer(Hashtable<?, ?> serverExtensions) throws IOException {
        if (agreed == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        write(serverExtensions, agreed.wireValue());
    }

    /// As the client: what may be chosen from, best first.
    void offer(Hashtable<?, ?> clientExtensions, SrtpProfile... profiles) throws IOException {
        var values = new int[profiles.length];
        for (var i = 0; i < values.length; i++) {
            values[i] = profiles[i].wireValue();
        }
        write(clientExtensions, values);
    }

    private static void write(Hashtable<?, ?> extensions, int... profiles) throws IOException {
        var data = new UseSRTPData(profiles, TlsUtils.EMPTY_BYTES);
        TlsSRTPUtils.addUseSRTPExtension(extensions, data);
    }

    /// The handshake is complete.
    void export(TlsContext context) throws IOException {
        if (agreed == null) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile");
        }
        var bytes = SrtpKeyMaterial.bytes(agreed);
        var exported = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, bytes);
        keys = new SrtpKeyMaterial(agreed, exported);
    }

    SrtpKeyMaterial keys() throws IOException {
        if (keys == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        return keys;
    }
}
