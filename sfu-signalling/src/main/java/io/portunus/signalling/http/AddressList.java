// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Addresses that are meant together: single ones, networks such as `10.0.0.0/8` or `fd00::/8`, and
/// beginnings such as `192.168.` or `2001:db8:`. Thread-safe.
public final class AddressList {
    /// Holds no address.
    public static final AddressList NONE = new AddressList(List.of());

    private static final Pattern BEGINNING_V4 =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){0,2}\\.?");
    private static final Pattern BEGINNING_V6 =
            Pattern.compile("[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){0,6}:");
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;

    private final List<Network> networks;

    private AddressList(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /// @throws IllegalArgumentException naming the entry that is none
    public static AddressList of(List<String> entries) {
        var networks = new ArrayList<Network>();
        for (var entry : entries) {
            networks.add(network(entry.strip()));
        }
        return new AddressList(networks);
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    public boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        for (var network : networks) {
            if (network.contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    /// The address that `text` is, an IPv4 one mapped into IPv6 being that one; null for anything
    /// else. Never asks the name service.
    static @Nullable InetAddress parse(String text) {
        var bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException _) {
            return null;
        }
    }

    private static Network network(String entry) {
        var slash = entry.indexOf('/');
        var address = parse(slash < 0 ? entry : entry.substring(0, slash));
        if (address != null) {
            var bytes = address.getAddress();
            var bits = slash < 0 ? bytes.length * 8 : bits(entry.substring(slash + 1));
            if (bits >= 0 && bits <= bytes.length * 8) {
                return new Network(bytes, bits);
            }
        } else if (BEGINNING_V4.matcher(entry).matches()) {
            return beginning(entry, "\\.", V4_BYTES, 10);
        } else if (BEGINNING_V6.matcher(entry).matches()) {
            return beginning(entry, ":", V6_BYTES, 16);
        }
        throw new IllegalArgumentException(
                "'"
                        + entry
                        + "' is no address, no network such as 10.0.0.0/8 and no beginning such"
                        + " as 192.168.");
    }

    private static int bits(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static Network beginning(String entry, String separator, int length, int radix) {
        var bytes = new byte[length];
        var width = length == V4_BYTES ? 1 : 2;
        var filled = 0;
        for (var part : entry.split(separator, -1)) {
            if (part.isEmpty()) {
                continue;
            }
            var value = Integer.parseInt(part, radix);
            if (value >= 1 << (8 * width)) {
                throw new IllegalArgumentException("'" + entry + "' begins no address");
            }
            if (width == 2) {
                bytes[filled++] = (byte) (value >> 8);
            }
            bytes[filled++] = (byte) value;
        }
        return new Network(bytes, filled * 8);
    }

    /// The first `bits` of an address.
    private static final class Network {
        private final byte[] address;
        private final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            var whole = bits / 8;
            if (!Arrays.equals(other, 0, whole, address, 0, whole)) {
                return false;
            }
            var rest = 8 - bits % 8;
            return rest == 8 || ((other[whole] ^ address[whole]) & 0xFF) >> rest == 0;
        }
    }
}
