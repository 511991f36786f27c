// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One Binding request to a STUN server and what its answer says of us (RFC 8489). Used on one
/// thread.
final class StunQuestion {
    static final int MAX_ANSWER_BYTES = 1_500;

    private static final int HEADER_BYTES = 20;
    private static final int TRANSACTION_BYTES = 12;
    private static final short BINDING_REQUEST = 0x0001;
    private static final short BINDING_SUCCESS = 0x0101;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final short MAPPED_ADDRESS = 0x0001;
    private static final short XOR_MAPPED_ADDRESS = 0x0020;
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;

    private final byte[] transaction = new byte[TRANSACTION_BYTES];

    StunQuestion() {
        new SecureRandom().nextBytes(transaction);
    }

    byte[] request() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putShort(BINDING_REQUEST)
                .putShort((short) 0)
                .putInt(MAGIC_COOKIE)
                .put(transaction)
                .array();
    }

    /// Where the server saw the request come from; null for anything but a good answer to it.
    @Nullable InetSocketAddress answer(byte[] datagram, int length) {
        try {
            return read(ByteBuffer.wrap(datagram, 0, length).slice());
        } catch (BufferUnderflowException _) {
            return null;
        }
    }

    private @Nullable InetSocketAddress read(ByteBuffer message) {
        var given = new byte[TRANSACTION_BYTES];
        var isSuccess = message.getShort() == BINDING_SUCCESS;
        var length = Short.toUnsignedInt(message.getShort());
        var isStun = message.getInt() == MAGIC_COOKIE;
        message.get(given);
        if (!isSuccess
                || !isStun
                || !Arrays.equals(given, transaction)
                || length > message.remaining()) {
            return null;
        }
        InetSocketAddress plain = null;
        var attributes = message.slice(message.position(), length);
        while (attributes.remaining() >= 2 * Short.BYTES) {
            var type = attributes.getShort();
            var size = Short.toUnsignedInt(attributes.getShort());
            if (size > attributes.remaining()) {
                return null;
            }
            var value = attributes.slice(attributes.position(), size);
            var padded = Math.min(attributes.remaining(), (size + 3) & ~3);
            attributes.position(attributes.position() + padded);
            if (type == XOR_MAPPED_ADDRESS) {
                return address(value, true);
            }
            if (type == MAPPED_ADDRESS) {
                plain = address(value, false);
            }
        }
        return plain;
    }

    /// RFC 8489 §14.1 and §14.2.
    private @Nullable InetSocketAddress address(ByteBuffer value, boolean masked) {
        value.get();
        var family = value.get();
        var port = Short.toUnsignedInt(value.getShort());
        if (family != IPV4 && family != IPV6) {
            return null;
        }
        var bytes = new byte[family == IPV4 ? 4 : 16];
        value.get(bytes);
        if (masked) {
            port ^= MAGIC_COOKIE >>> 16;
            var mask = ByteBuffer.allocate(16).putInt(MAGIC_COOKIE).put(transaction).array();
            for (var i = 0; i < bytes.length; i++) {
                bytes[i] ^= mask[i];
            }
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
