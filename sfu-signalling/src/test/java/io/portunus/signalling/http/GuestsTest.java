// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GuestsTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private long nowNanos;
    private final Guests guests =
            new Guests(new HttpSettings(100, 2, 10, 10, AddressList.NONE), () -> nowNanos);

    @Test
    void eachAddressHasItsConnections() {
        assertThat(guests.arrived(ONE)).isNull();
        assertThat(guests.arrived(ONE)).isNull();
        assertThat(guests.arrived(ONE)).isEqualTo(Refusal.ADDRESS_FULL);
        assertThat(guests.arrived(OTHER)).isNull();

        guests.left(ONE);

        assertThat(guests.arrived(ONE)).isNull();
        assertThat(guests.arrived(ONE)).isEqualTo(Refusal.ADDRESS_FULL);
    }

    @Test
    void eachAddressMayAskSoOften() {
        assertThat(asked(ONE, 30)).as("requests granted at once").isEqualTo(10);
        assertThat(asked(OTHER, 30)).isEqualTo(10);

        pass(500);
        assertThat(asked(ONE, 30)).as("half a second later").isEqualTo(5);
        pass(60_000);
        assertThat(asked(ONE, 30)).as("after a minute's rest").isEqualTo(10);
    }

    @Test
    void leavingAndComingBackBuysNothing() {
        guests.arrived(ONE);
        assertThat(asked(ONE, 30)).isEqualTo(10);
        guests.left(ONE);

        guests.arrived(ONE);

        assertThat(asked(ONE, 30)).isZero();
    }

    @Test
    void theAddressesOfOneNetworkCountAsOne() {
        guests.arrived(InetAddress.ofLiteral("2001:db8::1"));
        guests.arrived(InetAddress.ofLiteral("2001:db8::2:1"));

        assertThat(guests.arrived(InetAddress.ofLiteral("2001:db8::3")))
                .isEqualTo(Refusal.ADDRESS_FULL);
        assertThat(guests.arrived(InetAddress.ofLiteral("2001:db8:0:1::3"))).isNull();
    }

    @Test
    void addressesAreForgottenAndTheirNumberIsBounded() throws Exception {
        for (var i = 0; i < Guests.MAX_ADDRESSES; i++) {
            guests.mayAsk(address(i));
        }
        assertThat(guests.addresses()).isEqualTo(Guests.MAX_ADDRESSES);
        assertThat(guests.mayAsk(ONE)).isFalse();
        assertThat(guests.arrived(ONE)).isEqualTo(Refusal.ADDRESSES_FULL);

        pass(1_100);

        assertThat(guests.arrived(ONE)).isNull();
        assertThat(guests.addresses()).isEqualTo(1);
    }

    private static InetAddress address(int number) throws Exception {
        return InetAddress.getByAddress(
                new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }

    private int asked(InetAddress address, int times) {
        var granted = 0;
        for (var i = 0; i < times; i++) {
            granted += guests.mayAsk(address) ? 1 : 0;
        }
        return granted;
    }

    private void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
