// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.udp.Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A STUN Binding message (RFC 8489) with the attributes of ICE (RFC 8445 §16.1), read from bytes.
///
/// @param id the transaction, 12 bytes as a number each of 4 and 8
/// @param role the sender's, in a request
/// @param tieBreaker what came with the role
/// @param errorCode 0 in anything but an error
/// @param bytes the whole message
/// @param integrityAt where MESSAGE-INTEGRITY starts, or -1
record Stun(
        Kind kind,
        Id id,
        String userName,
        Role role,
        long tieBreaker,
        boolean nominates,
        int errorCode,
        ByteBuffer bytes,
        int integrityAt) {
    /// A method and class, as the first two bytes have it.
    enum Kind {
        REQUEST(0x0001),
        INDICATION(0x0011),
        SUCCESS(0x0101),
        ERROR(0x0111);

        private final int type;

        Kind(int type) {
            this.type = type;
        }
    }

    /// Of an ICE agent.
    enum Role {
        NONE,
        CONTROLLED,
        CONTROLLING;

        Role opposite() {
            return switch (this) {
                case NONE -> NONE;
                case CONTROLLED -> CONTROLLING;
                case CONTROLLING -> CONTROLLED;
            };
        }
    }

    /// A transaction's.
    record Id(int high, long low) {}

    /// Role conflict (RFC 8445 §7.3.1.1).
    static final int ROLE_CONFLICT = 487;

    private static final int HEADER_BYTES = 20;
    private static final int MAX_BYTES = 1_280;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final int INTEGRITY_BYTES = 20;
    private static final int FINGERPRINT_XOR = 0x5354_554E;

    private static final int USERNAME = 0x0006;
    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int ERROR_CODE = 0x0009;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int PRIORITY = 0x0024;
    private static final int USE_CANDIDATE = 0x0025;
    private static final int FINGERPRINT = 0x8028;
    private static final int ICE_CONTROLLED = 0x8029;
    private static final int ICE_CONTROLLING = 0x802A;

    /// The message in these bytes; null for anything else.
    static @Nullable Stun read(byte[] datagram) {
        var bytes = ByteBuffer.wrap(datagram);
        if (datagram.length < HEADER_BYTES
                || datagram.length > MAX_BYTES
                || bytes.getShort(2) != datagram.length - HEADER_BYTES
                || bytes.getInt(4) != MAGIC_COOKIE) {
            return null;
        }
        for (var kind : Kind.values()) {
            if (kind.type == bytes.getShort(0)) {
                return walk(kind, datagram, bytes);
            }
        }
        return null;
    }

    private static @Nullable Stun walk(Kind kind, byte[] datagram, ByteBuffer bytes) {
        var userName = "";
        var role = Role.NONE;
        var tieBreaker = 0L;
        var nominates = false;
        var errorCode = 0;
        var integrityAt = -1;
        for (var at = HEADER_BYTES; at + 4 <= bytes.capacity(); ) {
            var type = bytes.getShort(at) & 0xFFFF;
            var length = bytes.getShort(at + 2) & 0xFFFF;
            var value = at + 4;
            if (value + length > bytes.capacity() || !isLength(type, length)) {
                return null;
            }
            // What follows the integrity is not covered by it (RFC 8489 §14.5).
            if (integrityAt < 0) {
                switch (type) {
                    case USERNAME ->
                            userName = new String(datagram, value, length, StandardCharsets.UTF_8);
                    case ICE_CONTROLLED, ICE_CONTROLLING -> {
                        role = type == ICE_CONTROLLED ? Role.CONTROLLED : Role.CONTROLLING;
                        tieBreaker = bytes.getLong(value);
                    }
                    case USE_CANDIDATE -> nominates = true;
                    case ERROR_CODE ->
                            errorCode = (bytes.get(value + 2) & 7) * 100 + bytes.get(value + 3);
                    case MESSAGE_INTEGRITY -> integrityAt = at;
                    default -> {
                        // Nothing that an agent with one candidate needs.
                    }
                }
            }
            at = value + (length + 3 & -4);
        }
        var id = new Id(bytes.getInt(8), bytes.getLong(12));
        return new Stun(
                kind, id, userName, role, tieBreaker, nominates, errorCode, bytes, integrityAt);
    }

    private static boolean isLength(int type, int length) {
        return switch (type) {
            case ICE_CONTROLLED, ICE_CONTROLLING -> length == 8;
            case ERROR_CODE -> length >= 4;
            case MESSAGE_INTEGRITY -> length == INTEGRITY_BYTES;
            default -> true;
        };
    }

    /// Whether it was written by somebody who knows `password`.
    boolean isSignedWith(String password) {
        if (integrityAt < 0) {
            return false;
        }
        var covered = new byte[integrityAt];
        var found = new byte[INTEGRITY_BYTES];
        bytes.get(0, covered).get(integrityAt + 4, found);
        // Computed as if the message ended with the integrity.
        ByteBuffer.wrap(covered)
                .putShort(2, (short) (integrityAt + 4 + INTEGRITY_BYTES - HEADER_BYTES));
        return MessageDigest.isEqual(hmac(password, covered, integrityAt), found);
    }

    /// A connectivity check (RFC 8445 §7.2.2).
    static byte[] check(
            Id id,
            String userName,
            String password,
            Role role,
            long tieBreaker,
            int priority,
            boolean nominate) {
        var out = start(Kind.REQUEST, id);
        var name = userName.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) USERNAME).putShort((short) name.length).put(name);
        out.position(out.position() + 3 & -4);
        out.putShort((short) PRIORITY).putShort((short) 4).putInt(priority);
        var type = role == Role.CONTROLLING ? ICE_CONTROLLING : ICE_CONTROLLED;
        out.putShort((short) type).putShort((short) 8).putLong(tieBreaker);
        if (nominate) {
            out.putShort((short) USE_CANDIDATE).putShort((short) 0);
        }
        return sign(out, password);
    }

    /// The answer to a check that came from `from`.
    static byte[] success(Id id, long from, String password) {
        var out = start(Kind.SUCCESS, id);
        out.putShort((short) XOR_MAPPED_ADDRESS).putShort((short) 8).putShort((short) 1);
        out.putShort((short) (Address.port(from) ^ MAGIC_COOKIE >>> 16));
        out.putInt(Address.ip(from) ^ MAGIC_COOKIE);
        return sign(out, password);
    }

    static byte[] roleConflict(Id id, String password) {
        var out = start(Kind.ERROR, id);
        var reason = "Role Conflict".getBytes(StandardCharsets.UTF_8);
        out.putShort((short) ERROR_CODE).putShort((short) (4 + reason.length)).putShort((short) 0);
        out.put((byte) (ROLE_CONFLICT / 100)).put((byte) (ROLE_CONFLICT % 100)).put(reason);
        out.position(out.position() + 3 & -4);
        return sign(out, password);
    }

    private static ByteBuffer start(Kind kind, Id id) {
        return ByteBuffer.allocate(MAX_BYTES)
                .putShort((short) kind.type)
                .putShort((short) 0)
                .putInt(MAGIC_COOKIE)
                .putInt(id.high())
                .putLong(id.low());
    }

    /// Adds integrity and fingerprint.
    private static byte[] sign(ByteBuffer out, String password) {
        var covered = out.position();
        out.putShort(2, (short) (covered + 4 + INTEGRITY_BYTES - HEADER_BYTES));
        var integrity = hmac(password, written(out), covered);
        out.putShort((short) MESSAGE_INTEGRITY).putShort((short) INTEGRITY_BYTES).put(integrity);
        out.putShort(2, (short) (out.position() + 8 - HEADER_BYTES));
        var crc = new CRC32();
        crc.update(written(out));
        out.putShort((short) FINGERPRINT).putShort((short) 4);
        out.putInt((int) crc.getValue() ^ FINGERPRINT_XOR);
        return written(out);
    }

    private static byte[] written(ByteBuffer out) {
        var bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static byte[] hmac(String password, byte[] bytes, int length) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA1", e);
        }
    }
}
