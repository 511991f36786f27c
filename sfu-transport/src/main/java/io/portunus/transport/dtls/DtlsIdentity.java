// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import io.portunus.core.door.RemoteTransport.Fingerprint;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/// The server's certificate and key: ECDSA over P-256, one for all connections. Thread-safe.
public final class DtlsIdentity {
    /// Nobody checks the dates, as the SDP vouches for the certificate; a server may run for long.
    private static final Duration VALIDITY = Duration.ofDays(3_650);

    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final int SERIAL_BITS = 127;
    private static final int P256_BITS = 256;

    private final BcTlsCrypto crypto;
    private final byte[] certificate;
    private final AsymmetricKeyParameter key;
    private final String fingerprint;

    private DtlsIdentity(byte[] certificate, AsymmetricKeyParameter key, SecureRandom random) {
        crypto = new BcTlsCrypto(random);
        this.certificate = certificate;
        this.key = key;
        fingerprint = fingerprint("SHA-256", certificate);
    }

    /// A new key and a certificate for it that only the SDP vouches for.
    public static DtlsIdentity selfSigned(SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            var pair = generator.generateKeyPair();
            var name = new X500Name("CN=Portunus");
            var now = Instant.now();
            var holder =
                    new JcaX509v3CertificateBuilder(
                                    name,
                                    new BigInteger(SERIAL_BITS, random),
                                    Date.from(now.minus(CLOCK_SKEW)),
                                    Date.from(now.plus(VALIDITY)),
                                    name,
                                    pair.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(pair.getPrivate()));
            var key = PrivateKeyFactory.createKey(pair.getPrivate().getEncoded());
            return new DtlsIdentity(holder.getEncoded(), key, random);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("every JDK can make an EC certificate", e);
        }
    }

    /// Certificate and key from PEM files.
    public static DtlsIdentity fromPem(Path certificate, Path key, SecureRandom random) {
        var holder = read(certificate);
        var secret = read(key);
        if (!(holder instanceof X509CertificateHolder x509)) {
            throw new IllegalArgumentException(certificate + " holds no PEM certificate");
        }
        var info = secret instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : secret;
        if (!(info instanceof PrivateKeyInfo privateKey)) {
            throw new IllegalArgumentException(key + " holds no usable private key");
        }
        try {
            var parameter = PrivateKeyFactory.createKey(privateKey);
            if (!(parameter instanceof ECPrivateKeyParameters ec)
                    || ec.getParameters().getN().bitLength() != P256_BITS) {
                throw new IllegalArgumentException(key + " must hold an EC key over P-256");
            }
            return new DtlsIdentity(x509.getEncoded(), parameter, random);
        } catch (IOException e) {
            throw new IllegalArgumentException(key + " holds no usable private key", e);
        }
    }

    /// The first certificate or key in the file; `openssl` writes curve parameters before the key.
    private static @Nullable Object read(Path file) {
        try (Reader text = new StringReader(Files.readString(file));
                var parser = new PEMParser(text)) {
            Object found = parser.readObject();
            while (found != null
                    && !(found instanceof X509CertificateHolder)
                    && !(found instanceof PEMKeyPair)
                    && !(found instanceof PrivateKeyInfo)) {
                found = parser.readObject();
            }
            return found;
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read as PEM", e);
        }
    }

    /// SHA-256 of the certificate, as `a=fingerprint` writes it.
    public String fingerprint() {
        return fingerprint;
    }

    BcTlsCrypto crypto() {
        return crypto;
    }

    TlsCredentialedSigner signer(TlsCryptoParameters parameters) throws IOException {
        var chain = new TlsCertificate[] {new BcTlsCertificate(crypto, certificate)};
        return new BcDefaultTlsCredentialedSigner(
                parameters,
                crypto,
                key,
                new Certificate(chain),
                new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    }

    /// Whether the peer's certificate is one of those that its SDP names.
    static boolean matches(Certificate presented, Iterable<Fingerprint> expected)
            throws IOException {
        if (presented.isEmpty()) {
            return false;
        }
        var der = presented.getCertificateAt(0).getEncoded();
        for (var one : expected) {
            var algorithm = digestOf(one.algorithm());
            if (algorithm != null && fingerprint(algorithm, der).equals(one.value())) {
                return true;
            }
        }
        return false;
    }

    /// RFC 8122 §5 has weaker ones as well, which prove nothing.
    private static @Nullable String digestOf(String algorithm) {
        return switch (algorithm) {
            case "sha-256" -> "SHA-256";
            case "sha-384" -> "SHA-384";
            case "sha-512" -> "SHA-512";
            default -> null;
        };
    }

    private static String fingerprint(String digest, byte[] der) {
        try {
            var hash = MessageDigest.getInstance(digest).digest(der);
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + digest, e);
        }
    }
}
