// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static io.portunus.transport.ice.StunFormat.ATTRIBUTE_HEADER_BYTES;
import static io.portunus.transport.ice.StunFormat.HEADER_BYTES;
import static io.portunus.transport.ice.StunFormat.LENGTH_AT;
import static io.portunus.transport.ice.StunFormat.TRANSACTION_ID_AT;
import static io.portunus.transport.ice.StunFormat.TRANSACTION_ID_BYTES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// A well-formed STUN Binding message (RFC 8489). What it says is not to be believed before
/// [#isAuthentic]. One instance per media loop is pointed at message after message, of which it
/// keeps a copy: never keep a reference to it. Makes no object.
///
/// Of attributes that repeat only the first counts, and nothing behind MESSAGE-INTEGRITY but
/// FINGERPRINT (RFC 8489 §14, §14.5).
final class StunMessage {
    enum Kind {
        REQUEST,
        SUCCESS,
        ERROR,
        INDICATION
    }

    /// The longest message that is read. A browser's check has about 130 bytes.
    static final int MAX_BYTES = 548;

    /// RFC 8489 §14.3: 513 bytes; ours are `ufrag:ufrag`, each up to 256 (RFC 8839 §5.4).
    private static final int MAX_USER_NAME_BYTES = 513;

    private static final int MAX_ATTRIBUTES = (MAX_BYTES - HEADER_BYTES) / ATTRIBUTE_HEADER_BYTES;
    private static final int NONE = -1;

    private final byte[] bytes = new byte[MAX_BYTES];
    private final char[] unknown = new char[MAX_ATTRIBUTES];
    private final CRC32 crc = new CRC32();
    private final Sha1 sha1;
    private final byte[] code = new byte[HmacSha1.BYTES];
    private Kind kind = Kind.INDICATION;
    private int length;
    private int userNameAt;
    private int localUfragBytes;
    private int userNameBytes;
    private int integrityAt;
    private int unknownCount;
    private boolean nominates;
    private boolean senderIsControlled;
    private boolean fingerprintIsRight;

    StunMessage(Sha1 sha1) {
        this.sha1 = sha1;
    }

    /// Points this view at the `length` bytes at `offset`; false for anything but a Binding message
    /// of which no attribute reaches beyond the end.
    boolean read(MemorySegment memory, long offset, int length) {
        if (length < HEADER_BYTES || length > MAX_BYTES || length % 4 != 0) {
            return false;
        }
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        this.length = length;
        return readHeader() && readAttributes();
    }

    private boolean readHeader() {
        switch (shortAt(0)) {
            case StunFormat.REQUEST -> kind = Kind.REQUEST;
            case StunFormat.SUCCESS -> kind = Kind.SUCCESS;
            case StunFormat.ERROR -> kind = Kind.ERROR;
            case StunFormat.INDICATION -> kind = Kind.INDICATION;
            default -> {
                return false;
            }
        }
        return shortAt(LENGTH_AT) == length - HEADER_BYTES
                && intAt(StunFormat.COOKIE_AT) == StunFormat.MAGIC_COOKIE;
    }

    private boolean readAttributes() {
        userNameAt = HEADER_BYTES;
        userNameBytes = 0;
        integrityAt = NONE;
        unknownCount = 0;
        nominates = false;
        senderIsControlled = false;
        fingerprintIsRight = true;
        for (var at = HEADER_BYTES; at < length; ) {
            var size = shortAt(at + 2);
            var value = at + ATTRIBUTE_HEADER_BYTES;
            if (value + size > length || !readAttribute(shortAt(at), at, size)) {
                return false;
            }
            at = value + StunFormat.padded(size);
        }
        localUfragBytes = untilColon();
        return true;
    }

    private boolean readAttribute(int type, int at, int size) {
        if (type == StunFormat.FINGERPRINT) {
            fingerprintIsRight &= size == StunFormat.FINGERPRINT_BYTES && isFingerprintRight(at);
        } else if (integrityAt != NONE) {
            return true;
        } else if (type == StunFormat.MESSAGE_INTEGRITY) {
            integrityAt = at;
            return size == HmacSha1.BYTES;
        } else if (type == StunFormat.USERNAME) {
            return readUserName(at + ATTRIBUTE_HEADER_BYTES, size);
        } else if (type == StunFormat.USE_CANDIDATE) {
            nominates = true;
        } else if (type == StunFormat.ICE_CONTROLLED) {
            senderIsControlled = true;
        } else if (type < StunFormat.COMPREHENSION_OPTIONAL && !isKnown(type)) {
            unknown[unknownCount++] = (char) type;
        }
        return true;
    }

    private boolean readUserName(int at, int size) {
        if (userNameBytes > 0 || size > MAX_USER_NAME_BYTES) {
            return false;
        }
        userNameAt = at;
        userNameBytes = size;
        return true;
    }

    /// RFC 8489 §14.7: computed of all that comes before it.
    private boolean isFingerprintRight(int at) {
        crc.reset();
        crc.update(bytes, 0, at);
        var expected = (int) crc.getValue() ^ StunFormat.FINGERPRINT_XOR;
        return intAt(at + ATTRIBUTE_HEADER_BYTES) == expected;
    }

    private static boolean isKnown(int type) {
        return switch (type) {
            case StunFormat.MAPPED_ADDRESS,
                    StunFormat.ERROR_CODE,
                    StunFormat.UNKNOWN_ATTRIBUTES,
                    StunFormat.REALM,
                    StunFormat.NONCE,
                    StunFormat.XOR_MAPPED_ADDRESS,
                    StunFormat.PRIORITY ->
                    true;
            default -> false;
        };
    }

    private int untilColon() {
        var i = 0;
        while (i < userNameBytes && bytes[userNameAt + i] != ':') {
            i++;
        }
        return i;
    }

    Kind kind() {
        return kind;
    }

    /// Whether the user name starts with the ufrag of `key`, up to the colon: ours in a request.
    boolean isFor(IceKey key) {
        return key.isAt(bytes, userNameAt, localUfragBytes);
    }

    /// The part of the user name behind the colon; a new object.
    String remoteUfrag() {
        var start = Math.min(localUfragBytes + 1, userNameBytes);
        return new String(bytes, userNameAt + start, userNameBytes - start, StandardCharsets.UTF_8);
    }

    boolean hasTransactionId(byte[] id) {
        for (var i = 0; i < TRANSACTION_ID_BYTES; i++) {
            if (bytes[TRANSACTION_ID_AT + i] != id[i]) {
                return false;
            }
        }
        return true;
    }

    void copyTransactionId(byte[] to, int at) {
        System.arraycopy(bytes, TRANSACTION_ID_AT, to, at, TRANSACTION_ID_BYTES);
    }

    /// Whether whoever sent it knows the key and nobody has changed it. Takes as long wherever the
    /// first difference is.
    boolean isAuthentic(HmacSha1 key) {
        if (integrityAt == NONE || !fingerprintIsRight) {
            return false;
        }
        // RFC 8489 §14.5: computed as if the message ended with the integrity.
        writeLength(integrityAt + ATTRIBUTE_HEADER_BYTES + HmacSha1.BYTES - HEADER_BYTES);
        key.compute(sha1, bytes, integrityAt, code);
        writeLength(length - HEADER_BYTES);
        var difference = 0;
        for (var i = 0; i < HmacSha1.BYTES; i++) {
            difference |= code[i] ^ bytes[integrityAt + ATTRIBUTE_HEADER_BYTES + i];
        }
        return difference == 0;
    }

    private void writeLength(int value) {
        bytes[LENGTH_AT] = (byte) (value >>> 8);
        bytes[LENGTH_AT + 1] = (byte) value;
    }

    /// USE-CANDIDATE.
    boolean nominates() {
        return nominates;
    }

    /// ICE-CONTROLLED.
    boolean senderIsControlled() {
        return senderIsControlled;
    }

    /// How many attributes there are that we would have to understand and don't.
    int unknownCount() {
        return unknownCount;
    }

    /// The type of one of those, from 0.
    int unknown(int which) {
        return unknown[which];
    }

    private int shortAt(int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    private int intAt(int at) {
        return (shortAt(at) << 16) | shortAt(at + 2);
    }
}
