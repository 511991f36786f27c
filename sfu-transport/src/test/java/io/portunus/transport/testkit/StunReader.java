// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads STUN messages by hand; see [StunWriter].
public final class StunReader {
    private static final int INTEGRITY = 0x0008;

    private final ByteBuffer message;
    private final Map<Integer, byte[]> attributes = new LinkedHashMap<>();

    public StunReader(byte[] bytes) {
        message = ByteBuffer.wrap(bytes.clone());
        if (message.getShort(2) != bytes.length - 20) {
            throw new IllegalArgumentException("wrong length");
        }
        for (var at = 20; at < bytes.length; ) {
            var length = message.getShort(at + 2) & 0xFFFF;
            var value = Arrays.copyOfRange(bytes, at + 4, at + 4 + length);
            attributes.put(message.getShort(at) & 0xFFFF, value);
            at += 4 + (length + 3) / 4 * 4;
        }
    }

    public int type() {
        return message.getShort(0);
    }

    public byte[] transactionId() {
        return Arrays.copyOfRange(message.array(), 8, 20);
    }

    public boolean has(int attribute) {
        return attributes.containsKey(attribute);
    }

    public byte[] attribute(int attribute) {
        return attributes.getOrDefault(attribute, new byte[0]).clone();
    }

    public String userName() {
        return new String(attribute(StunWriter.USERNAME), StandardCharsets.UTF_8);
    }

    public int errorCode() {
        var value = attribute(StunWriter.ERROR_CODE);
        return value[2] * 100 + value[3];
    }

    /// Whether integrity and fingerprint are those of somebody who knows `password`.
    public boolean isSignedBy(String password) {
        var again = new StunWriter(type(), transactionId());
        for (var attribute : attributes.entrySet()) {
            if (attribute.getKey() == INTEGRITY) {
                break;
            }
            again.attribute(attribute.getKey(), attribute.getValue());
        }
        return Arrays.equals(again.integrity(password).fingerprint().bytes(), message.array());
    }

    /// XOR-MAPPED-ADDRESS of an IPv4 address.
    public InetSocketAddress mappedAddress() {
        var value = ByteBuffer.wrap(attribute(StunWriter.XOR_MAPPED_ADDRESS));
        var address = ByteBuffer.allocate(4).putInt(value.getInt(4) ^ 0x2112_A442).array();
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(address), (value.getShort(2) & 0xFFFF) ^ 0x2112);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
