// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;

/// The active side of one handshake, for clients that choose to be passive; demands the same as
/// [SrtpServer].
@SuppressWarnings("JdkObsolete") // Bouncy Castle's extensions are a Hashtable.
final class SrtpClient extends DefaultTlsClient {
    private static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    };

    private final DtlsIdentity identity;
    private final List<Fingerprint> fingerprints;
    private final SrtpProfile[] profiles;
    private final int timeoutMillis;
    private final int resendMillis;
    private final Runnable whenPeerCloses;
    private final SrtpNegotiation srtp = new SrtpNegotiation();

    SrtpClient(
            DtlsIdentity identity,
            List<Fingerprint> fingerprints,
            List<SrtpProfile> profiles,
            int timeoutMillis,
            int resendMillis,
            Runnable whenPeerCloses) {
        super(identity.crypto());
        this.identity = identity;
        this.fingerprints = fingerprints;
        this.profiles = profiles.toArray(SrtpProfile[]::new);
        this.timeoutMillis = timeoutMillis;
        this.resendMillis = resendMillis;
        this.whenPeerCloses = whenPeerCloses;
    }

    SrtpNegotiation srtp() {
        return srtp;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return CIPHER_SUITES.clone();
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return timeoutMillis;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return resendMillis;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return DtlsRecordFilter.MAX_MESSAGE_BYTES;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Hashtable getClientExtensions() throws IOException {
        var extensions =
                TlsExtensionsUtils.ensureExtensionsInitialised(super.getClientExtensions());
        srtp.offer(extensions, profiles);
        return extensions;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void processServerExtensions(Hashtable serverExtensions) throws IOException {
        super.processServerExtensions(serverExtensions);
        srtp.accept(serverExtensions);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                if (!DtlsIdentity.matches(server.getCertificate(), fingerprints)) {
                    throw new TlsFatalAlert(
                            AlertDescription.bad_certificate, "the certificate is not the SDP's");
                }
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request)
                    throws IOException {
                return identity.signer(new TlsCryptoParameters(context));
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        srtp.export(context);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        if (description == AlertDescription.close_notify) {
            whenPeerCloses.run();
        }
    }
}
