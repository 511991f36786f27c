// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.deploy.config.ConfigReader;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What the server makes for itself does not get too old while it runs.
class RenewedTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void itIsMadeAnewOnceItIsOldAndNotBefore() {
        var renewed = new Renewed<>(made::incrementAndGet, 100, now::get);

        assertThat(renewed.get()).isEqualTo(1);
        now.set(99);
        assertThat(renewed.get()).as("while it is good").isEqualTo(1);
        now.set(100);
        assertThat(renewed.get()).as("when it is old").isEqualTo(2);
        now.set(350);
        assertThat(renewed.get()).isEqualTo(3);
        assertThat(made).hasValue(3);
    }

    @Test
    void anOwnCertificateIsReplacedLongBeforeItEnds() {
        var tls = new ConfigReader().read(null, Map.of()).tls();
        var served = TlsCertificate.of(tls, now::get);
        var first = served.get();

        assertThat(served.get()).isSameAs(first);
        now.set(Duration.ofDays(20).toNanos());

        assertThat(served.get())
                .as("what new connections are served with after 20 of its 30 days")
                .isNotSameAs(first);
    }
}
