// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import static io.portunus.transport.ice.StunFormat.ATTRIBUTE_HEADER_BYTES;
import static io.portunus.transport.ice.StunFormat.HEADER_BYTES;
import static io.portunus.transport.ice.StunFormat.LENGTH_AT;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Lays out one STUN message at a time (RFC 8489): [#begin], attributes, [#sign]. One instance per
/// media loop; makes no object.
final class StunWriter {
    /// The largest is the refusal of as many unknown attributes as a message has room for.
    static final int MAX_BYTES = StunMessage.MAX_BYTES;

    private final Sha1 sha1;
    private final CRC32 crc = new CRC32();
    private final byte[] bytes = new byte[MAX_BYTES];
    private final byte[] code = new byte[HmacSha1.BYTES];
    private int length;

    StunWriter(Sha1 sha1) {
        this.sha1 = sha1;
    }

    /// What was written, of which the first [#length] bytes count.
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Starts the answer to `request`.
    StunWriter begin(int type, StunMessage request) {
        begin(type);
        request.copyTransactionId(bytes, StunFormat.TRANSACTION_ID_AT);
        return this;
    }

    /// @param transactionId 12 bytes
    StunWriter begin(int type, byte[] transactionId) {
        begin(type);
        System.arraycopy(
                transactionId,
                0,
                bytes,
                StunFormat.TRANSACTION_ID_AT,
                StunFormat.TRANSACTION_ID_BYTES);
        return this;
    }

    private void begin(int type) {
        length = 0;
        putShort(type);
        putShort(0);
        putInt(StunFormat.MAGIC_COOKIE);
        length = HEADER_BYTES;
    }

    /// The header of an attribute, whose value is to be put next.
    StunWriter attribute(int type, int valueBytes) {
        putShort(type);
        putShort(valueBytes);
        return this;
    }

    StunWriter putShort(int value) {
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
        return this;
    }

    StunWriter putInt(int value) {
        return putShort(value >>> 16).putShort(value);
    }

    StunWriter putLong(long value) {
        return putInt((int) (value >>> 32)).putInt((int) value);
    }

    StunWriter putBytes(byte[] value) {
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /// Fills the last attribute up to whole words.
    StunWriter pad() {
        while (length % 4 != 0) {
            bytes[length++] = 0;
        }
        return this;
    }

    /// USERNAME of a check from `from` to `to` (RFC 8445 §7.2.2).
    StunWriter userName(String to, String from) {
        var name = (to + ":" + from).getBytes(StandardCharsets.UTF_8);
        return attribute(StunFormat.USERNAME, name.length).putBytes(name).pad();
    }

    /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2) of an IPv4 address.
    StunWriter xorMapped(int address, int port) {
        attribute(StunFormat.XOR_MAPPED_ADDRESS, 8).putShort(StunFormat.IPV4);
        return putXorPort(port).putInt(address ^ StunFormat.MAGIC_COOKIE);
    }

    /// The same of an IPv6 address: cookie and transaction id lie in the header as they are needed.
    StunWriter xorMapped(long addressHigh, long addressLow, int port) {
        attribute(StunFormat.XOR_MAPPED_ADDRESS, 20).putShort(StunFormat.IPV6);
        putXorPort(port).putLong(addressHigh).putLong(addressLow);
        for (var i = 0; i < 16; i++) {
            bytes[length - 16 + i] ^= bytes[StunFormat.COOKIE_AT + i];
        }
        return this;
    }

    private StunWriter putXorPort(int port) {
        return putShort(port ^ (StunFormat.MAGIC_COOKIE >>> 16));
    }

    /// Adds integrity and fingerprint (RFC 8489 §14.5, §14.7); each covers what comes before it, as
    /// if the message ended with it.
    void sign(HmacSha1 key) {
        var covered = length;
        writeLength(covered + ATTRIBUTE_HEADER_BYTES + HmacSha1.BYTES);
        key.compute(sha1, bytes, covered, code);
        attribute(StunFormat.MESSAGE_INTEGRITY, HmacSha1.BYTES).putBytes(code);

        covered = length;
        writeLength(covered + ATTRIBUTE_HEADER_BYTES + StunFormat.FINGERPRINT_BYTES);
        crc.reset();
        crc.update(bytes, 0, covered);
        attribute(StunFormat.FINGERPRINT, StunFormat.FINGERPRINT_BYTES)
                .putInt((int) crc.getValue() ^ StunFormat.FINGERPRINT_XOR);
    }

    private void writeLength(int end) {
        var value = end - HEADER_BYTES;
        bytes[LENGTH_AT] = (byte) (value >>> 8);
        bytes[LENGTH_AT + 1] = (byte) value;
    }
}
