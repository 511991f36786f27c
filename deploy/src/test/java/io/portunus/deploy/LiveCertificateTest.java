// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Instant;
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
        write(Certificates.pair(algorithm));
        var certificate = new LiveCertificate(files());
        var first = certificate.get();
        certificate.check();
        assertThat(certificate.get()).as("unchanged files are not read again").isSameAs(first);

        write(Certificates.pair(algorithm));
        certificate.check();

        assertThat(certificate.get()).isNotSameAs(first);
    }

    @Test
    void filesThatCannotBeUsedChangeNothingUntilTheyCan() throws Exception {
        write(Certificates.pair("EC"));
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

        write(Certificates.pair("EC"));
        certificate.check();

        assertThat(certificate.get()).as("good files again").isNotSameAs(first);
    }

    @Test
    void aCertificateWhoseKeyHasNotComeYetWaitsForIt() throws Exception {
        write(Certificates.pair("EC"));
        var certificate = new LiveCertificate(files());
        var first = certificate.get();
        var next = Certificates.pair("EC");

        touch(folder.resolve("cert.pem"), Certificates.pem(Certificates.certificateOf(next)));
        certificate.check();
        assertThat(certificate.get()).as("between the two files").isSameAs(first);
        touch(folder.resolve("key.pem"), Certificates.pem(Certificates.pkcs8(next)));
        certificate.check();

        assertThat(certificate.get()).isNotSameAs(first);
    }

    @Test
    void aStartWithFilesThatDoNotBelongTogetherSaysSo() throws Exception {
        touch(
                folder.resolve("cert.pem"),
                Certificates.pem(Certificates.certificateOf(Certificates.pair("EC"))));
        touch(
                folder.resolve("key.pem"),
                Certificates.pem(Certificates.pkcs8(Certificates.pair("EC"))));

        assertThatThrownBy(() -> new LiveCertificate(files()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key.pem is not the key of");
    }

    private PemFiles files() {
        return new PemFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    }

    private void write(KeyPair pair) throws Exception {
        touch(folder.resolve("cert.pem"), Certificates.pem(Certificates.certificateOf(pair)));
        touch(folder.resolve("key.pem"), Certificates.pem(Certificates.pkcs8(pair)));
    }

    /// Each time a second later than before, as coarse file systems tell times apart.
    private void touch(Path file, String text) throws IOException {
        Files.writeString(file, text);
        writes++;
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(writes)));
    }
}
