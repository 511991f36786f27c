// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.door.RemoteTransport.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DtlsIdentityTest {
    /// Made by `openssl ecparam -genkey` and `openssl req -x509` for this test alone.
    private static final String KEY =
            """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIFpluLxsUqGQzqNPXksXyMAGI9K4bbhceVMjGT2x7b1ioAoGCCqGSM49
            AwEHoUQDQgAEqK5w2wuW1Ojy7SNMC3nBI4crHyraOf5/0lADbtiKxHxpuDnyBbcS
            n4TyX9fmXGiVTqpW35qbrHCAGdVzW/KQZw==
            -----END EC PRIVATE KEY-----
            """;

    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBdTCCARugAwIBAgIULryI5bR30+aU5vb6rm9mv494eQ4wCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjMxOTI3MzFaGA8yMTI2MTAzMDE5Mjcz
            MVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKiu
            cNsLltTo8u0jTAt5wSOHKx8q2jn+f9JQA27YisR8abg58gW3Ep+E8l/X5lxolU6q
            Vt+am6xwgBnVc1vykGejUzBRMB0GA1UdDgQWBBTnZqwuvp+V3pmGc/1zds/rWBEk
            hjAfBgNVHSMEGDAWgBTnZqwuvp+V3pmGc/1zds/rWBEkhjAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0gAMEUCIQD4Jg+YWJkI61/ZbRDr2vdWcYVme7z7KK8C
            umH5/mai5QIgIMGj5wy88RYSZ5kRKN2EaBfrvXvcxP5rRU3KRZ5osb0=
            -----END CERTIFICATE-----
            """;

    private static final String FINGERPRINT =
            "14:5E:BF:29:68:E9:02:F5:14:62:74:3B:DB:23:1B:B3:"
                    + "F4:B4:35:6E:95:4D:13:87:1E:7B:22:60:D1:19:34:A8";

    private final SecureRandom random = new SecureRandom();

    @Test
    void aCertificateFromFilesHasTheFingerprintThatOpensslSays(@TempDir Path directory)
            throws IOException {
        var identity = DtlsIdentity.fromPem(certificate(directory), key(directory, KEY), random);
        assertThat(identity.fingerprint()).isEqualTo(FINGERPRINT);
        assertThat(DtlsWarmUp.run(identity, new DtlsPermits(2)))
                .as("a handshake with this certificate")
                .isTrue();
    }

    @Test
    void aKeyOfAnotherKindIsRefusedByName(@TempDir Path directory)
            throws IOException, GeneralSecurityException {
        var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        var lines = Base64.getMimeEncoder().encodeToString(rsa.getEncoded());
        var pem = "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n";
        var certificate = certificate(directory);
        var key = key(directory, pem);
        assertThatThrownBy(() -> DtlsIdentity.fromPem(certificate, key, random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key.pem must hold an EC key over P-256");
    }

    @Test
    void filesThatHoldNothingOrSwappedAreRefusedByName(@TempDir Path directory) throws IOException {
        var empty = key(directory, "");
        var certificate = certificate(directory);
        assertThatThrownBy(() -> DtlsIdentity.fromPem(empty, certificate, random))
                .hasMessageContaining("key.pem holds no PEM certificate");
        assertThatThrownBy(() -> DtlsIdentity.fromPem(certificate, empty, random))
                .hasMessageContaining("key.pem holds no usable private key");
        assertThatThrownBy(() -> DtlsIdentity.fromPem(certificate, certificate, random))
                .hasMessageContaining("certificate.pem holds no usable private key");
    }

    @ParameterizedTest
    @CsvSource({"sha-256, true", "sha-384, true", "sha-512, true", "sha-1, false", "md5, false"})
    void aCertificateIsKnownByStrongFingerprintsOnly(String algorithm, boolean known)
            throws IOException, GeneralSecurityException {
        var der = der();
        var crypto = new BcTlsCrypto(random);
        var chain = new Certificate(new TlsCertificate[] {new BcTlsCertificate(crypto, der)});
        var digest = MessageDigest.getInstance(algorithm.replace("md5", "MD5"));
        var value = HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest.digest(der));
        var unknown = new Fingerprint("sha-256", "00:11");
        assertThat(DtlsIdentity.matches(chain, List.of(new Fingerprint(algorithm, value))))
                .isEqualTo(known);
        assertThat(DtlsIdentity.matches(chain, List.of(unknown, new Fingerprint(algorithm, value))))
                .isEqualTo(known);
        assertThat(DtlsIdentity.matches(chain, List.of(unknown))).isFalse();
        assertThat(DtlsIdentity.matches(Certificate.EMPTY_CHAIN, List.of(unknown))).isFalse();
    }

    private static byte[] der() {
        var body = CERTIFICATE.replaceAll("-----.*-----", "");
        return Base64.getMimeDecoder().decode(body);
    }

    private static Path certificate(Path directory) throws IOException {
        return Files.writeString(directory.resolve("certificate.pem"), CERTIFICATE);
    }

    private static Path key(Path directory, String pem) throws IOException {
        return Files.writeString(directory.resolve("key.pem"), pem);
    }
}
