// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// The operator's certificate chain and private key, as PEM files that may be replaced at any time.
record PemFiles(Path certificate, Path key) {
    private static final int MAX_BYTES = 1 << 20;

    /// Tells one state of the files from another without reading them.
    record Version(FileTime certificateAt, long certificateBytes, FileTime keyAt, long keyBytes) {}

    Version version() throws IOException {
        return new Version(
                Files.getLastModifiedTime(certificate),
                Files.size(certificate),
                Files.getLastModifiedTime(key),
                Files.size(key));
    }

    /// @throws IOException naming the file that cannot be used, or that both do not belong
    ///   together, as when only one of them has been replaced yet
    SslContext load() throws IOException {
        var chain = chain();
        var secret = privateKey();
        if (!belongTogether(chain.getFirst().getPublicKey(), secret)) {
            throw new IOException(key + " is not the key of " + certificate);
        }
        return SslContextBuilder.forServer(secret, chain).build();
    }

    private List<X509Certificate> chain() throws IOException {
        var chain = new ArrayList<X509Certificate>();
        try (var stream = Files.newInputStream(certificate)) {
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                chain.add((X509Certificate) one);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " holds no PEM certificate", e);
        }
        if (chain.isEmpty()) {
            throw new IOException(certificate + " holds no PEM certificate");
        }
        return chain;
    }

    private PrivateKey privateKey() throws IOException {
        if (Files.size(key) > MAX_BYTES) {
            throw new IOException(key + " is too large for a key");
        }
        // Tools such as openssl may write the parameters of a curve before the key.
        try (var parser = new PEMParser(new StringReader(Files.readString(key)))) {
            for (var found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (found instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (PEMException e) {
            throw new IOException(key + " holds no usable private key: " + e.getMessage(), e);
        }
        throw new IOException(key + " holds no PEM private key without a password");
    }

    private static boolean belongTogether(PublicKey open, PrivateKey secret) {
        var algorithm =
                switch (secret.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC", "ECDSA" -> "SHA256withECDSA";
                    default -> secret.getAlgorithm();
                };
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(open.getEncoded());
            var signed = signature.sign();
            signature.initVerify(open);
            signature.update(open.getEncoded());
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
