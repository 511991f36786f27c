// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.core.door.RemoteTransport.Fingerprint;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;

/// The passive side of one handshake: DTLS 1.2, the client's certificate demanded and compared with
/// its SDP, extended master secret demanded, SRTP demanded. No cookies, since the address has
/// proven itself by ICE and a browser's hello no longer fits one datagram.
@SuppressWarnings("JdkObsolete") // Bouncy Castle's extensions are a Hashtable.
final class SrtpServer extends DefaultTlsServer {
    private static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    };

    private final DtlsIdentity identity;
    private final List<Fingerprint> fingerprints;
    private final List<SrtpProfile> profiles;
    private final int timeoutMillis;
    private final int resendMillis;
    private final DtlsDatagrams datagrams;
    private final SrtpNegotiation srtp = new SrtpNegotiation();
    private boolean hasAnswered;

    SrtpServer(
            DtlsIdentity identity,
            List<Fingerprint> fingerprints,
            List<SrtpProfile> profiles,
            int timeoutMillis,
            int resendMillis,
            DtlsDatagrams datagrams) {
        super(identity.crypto());
        this.identity = identity;
        this.fingerprints = fingerprints;
        this.profiles = profiles;
        this.timeoutMillis = timeoutMillis;
        this.resendMillis = resendMillis;
        this.datagrams = datagrams;
    }

    SrtpNegotiation srtp() {
        return srtp;
    }

    /// Whether a usable hello has come; before that, nothing that comes may end the handshake.
    boolean hasAnswered() {
        return hasAnswered;
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
    public void processClientExtensions(Hashtable clientExtensions) throws IOException {
        super.processClientExtensions(clientExtensions);
        srtp.choose(clientExtensions, profiles);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Hashtable getServerExtensions() throws IOException {
        var extensions =
                TlsExtensionsUtils.ensureExtensionsInitialised(super.getServerExtensions());
        srtp.answer(extensions);
        return extensions;
    }

    /// Asked for when the ServerHello is ready.
    @Override
    public TlsCredentials getCredentials() throws IOException {
        var credentials = super.getCredentials();
        hasAnswered = true;
        datagrams.onHello();
        return credentials;
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
        return identity.signer(new TlsCryptoParameters(context));
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                TlsUtils.getDefaultSupportedSignatureAlgorithms(context),
                null);
    }

    @Override
    public void notifyClientCertificate(Certificate certificate) throws IOException {
        if (!DtlsIdentity.matches(certificate, fingerprints)) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "the certificate is not the SDP's");
        }
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        srtp.export(context);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        if (description == AlertDescription.close_notify) {
            datagrams.onPeerClosed();
        }
    }
}
