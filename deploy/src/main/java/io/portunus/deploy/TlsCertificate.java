// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.transport.loop.LocalAddress;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// What https and wss are served with: the operator's PEM files, or a certificate for this
/// machine's names and addresses that is made at start.
final class TlsCertificate {
    private static final Duration VALID = Duration.ofDays(30);

    /// An own one is replaced so long before it ends.
    private static final Duration RENEWED = VALID.dividedBy(2);

    private static final int SERIAL_BITS = 64;

    private TlsCertificate() {}

    /// For each new connection what it is to be served with.
    static Supplier<SslContext> of(ServerConfig.Tls tls) {
        return of(tls, System::nanoTime);
    }

    /// @param clock nanoseconds that never go back
    static Supplier<SslContext> of(ServerConfig.Tls tls, LongSupplier clock) {
        try {
            if (tls.certificate().isEmpty()) {
                var made = new Renewed<>(TlsCertificate::selfSigned, RENEWED.toNanos(), clock);
                // What cannot be made is better known at the start.
                made.get();
                return made;
            }
            var files = new PemFiles(Path.of(tls.certificate()), Path.of(tls.key()));
            return new LiveCertificate(files).watched(Duration.ofSeconds(tls.reloadSeconds()));
        } catch (IllegalArgumentException | IOException e) {
            throw new BadSettingException(
                    "tls.certificate and tls.key cannot be used: " + e.getMessage());
        }
    }

    /// How this machine can be named in a link: by its addresses, then as localhost.
    static List<String> localHosts() {
        var hosts = new ArrayList<String>();
        for (var address : LocalAddress.all()) {
            var literal = address.bind().getHostAddress();
            if (!address.bind().isLoopbackAddress()) {
                hosts.add(literal.indexOf(':') < 0 ? literal : "[" + literal + "]");
            }
        }
        hosts.add("localhost");
        return hosts;
    }

    private static SslContext selfSigned() {
        try {
            return make();
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("no certificate can be made", e);
        }
    }

    private static SslContext make()
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var random = new SecureRandom();
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        var keys = generator.generateKeyPair();
        var name = new X500Name("CN=Portunus");
        var now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        new BigInteger(SERIAL_BITS, random),
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(VALID)),
                        name,
                        keys.getPublic());
        var names = new ArrayList<GeneralName>();
        names.add(new GeneralName(GeneralName.dNSName, "localhost"));
        for (var address : LocalAddress.all()) {
            InetAddress bound = address.bind();
            names.add(new GeneralName(GeneralName.iPAddress, bound.getHostAddress()));
        }
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(names.toArray(GeneralName[]::new)));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        X509Certificate certificate =
                new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        return SslContextBuilder.forServer(keys.getPrivate(), certificate).build();
    }
}
