// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressListTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.70, false",
        "192.0.2., 192.0.2.255, true",
        "192.0.2, 192.0.2.255, true",
        "192.0.2, 192.0.20.1, false",
        "10., 10.255.0.1, true",
        "10, 100.0.0.1, false",
        "192.0.2.0/25, 192.0.2.127, true",
        "192.0.2.0/25, 192.0.2.128, false",
        "192.0.2.77/31, 192.0.2.76, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::1, ::1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8:, 2001:db8:1:2::3, true",
        "2001:db8:, 2001:db9::1, false",
        "fe80:, fe80::1, true",
        "::ffff:192.0.2.7, 192.0.2.7, true"
    })
    void anEntryHoldsWhatItMeans(String entry, String address, boolean holds) {
        assertThat(AddressList.of(List.of(entry)).contains(InetAddress.ofLiteral(address)))
                .as("%s holds %s", entry, address)
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "192.0.2.7/33",
                "192.0.2.7/-1",
                "192.0.2.7/x",
                "300.",
                "1.2.3.4.5",
                "::1/129",
                "*",
                "g:",
                "192.0.2.7/24/1"
            })
    void whatIsNoAddressIsNamed(String entry) {
        assertThatThrownBy(() -> AddressList.of(List.of("10.", entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + entry + "'");
    }

    @Test
    void anEmptyListHoldsNothing() {
        assertThat(AddressList.NONE.isEmpty()).isTrue();
        assertThat(AddressList.NONE.contains(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    }
}
