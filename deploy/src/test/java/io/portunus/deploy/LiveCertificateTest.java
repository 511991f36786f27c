// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The certificate of https and wss while its files change under a running server.
class LiveCertificateTest {
    @TempDir private Path folder;

    private int writes;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void filesThatChangeAreServedToNewConnections(String algorithm) throws Exception {
        write(pair(algorithm));
        var certificate = new LiveCertificate(files());
        var first = certificate.get();
        certificate.check();
        assertThat(certificate.get()).as("unchanged files are not read again").isSameAs(first);

        write(pair(algorithm));
        certificate.check();

        assertThat(certificate.get()).isNotSameAs(first);
    }

    @Test
    void filesThatCannotBeUsedChangeNothingUntilTheyCan() throws Exception {
        write(pair("EC"));
        var certificate = new LiveCertificate(files());
        var first = certificate.get();

        touch(folder.resolve("cert.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        certificate.check();
        assertThat(certificate.get()).as("a broken certificate").isSameAs(first);
        touch(folder.resolve("key.pem"), "nothing of use");
        certificate.check();
        assertThat(certificate.get()).as("a broken key").isSameAs(first);
        Files.delete(folder.resolve("key.pem"));
        certificate.check();
        assertThat(certificate.get()).as("no key at all").isSameAs(first);

        write(pair("EC"));
        certificate.check();

        assertThat(certificate.get()).as("good files again").isNotSameAs(first);
    }

    @Test
    void aCertificateWhoseKeyHasNotComeYetWaitsForIt() throws Exception {
        write(pair("EC"));
        var certificate = new LiveCertificate(files());
        var first = certificate.get();
        var next = pair("EC");

        touch(folder.resolve("cert.pem"), pem(certificateOf(next)));
        certificate.check();
        assertThat(certificate.get()).as("between the two files").isSameAs(first);
        touch(folder.resolve("key.pem"), pem(pkcs8(next)));
        certificate.check();

        assertThat(certificate.get()).isNotSameAs(first);
    }

    @Test
    void aStartWithFilesThatDoNotBelongTogetherSaysSo() throws Exception {
        touch(folder.resolve("cert.pem"), pem(certificateOf(pair("EC"))));
        touch(folder.resolve("key.pem"), pem(pkcs8(pair("EC"))));

        assertThatThrownBy(() -> new LiveCertificate(files()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key.pem is not the key of");
    }

    private PemFiles files() {
        return new PemFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    }

    private void write(KeyPair pair) throws Exception {
        touch(folder.resolve("cert.pem"), pem(certificateOf(pair)));
        touch(folder.resolve("key.pem"), pem(pkcs8(pair)));
    }

    /// Each time a second later than before, as coarse file systems tell times apart.
    private void touch(Path file, String text) throws IOException {
        Files.writeString(file, text);
        writes++;
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(writes)));
    }

    private static KeyPair pair(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else {
            generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    private static Object certificateOf(KeyPair pair) throws Exception {
        var name = new X500Name("CN=test");
        var now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.TWO,
                        Date.from(now.minus(1, ChronoUnit.DAYS)),
                        Date.from(now.plus(1, ChronoUnit.DAYS)),
                        name,
                        pair.getPublic());
        var algorithm = pair.getPrivate().getAlgorithm().equals("RSA") ? "RSA" : "ECDSA";
        return builder.build(
                new JcaContentSignerBuilder("SHA256with" + algorithm).build(pair.getPrivate()));
    }

    private static Object pkcs8(KeyPair pair) {
        return new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
