// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Writes STUN messages by hand, so that what the server reads is not made by the library that it
/// reads with.
public final class StunWriter {
    public static final int REQUEST = 0x0001;
    public static final int SUCCESS = 0x0101;
    public static final int ERROR = 0x0111;
    public static final int USERNAME = 0x0006;
    public static final int ERROR_CODE = 0x0009;
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    public static final int XOR_MAPPED_ADDRESS = 0x0020;
    public static final int PRIORITY = 0x0024;
    public static final int USE_CANDIDATE = 0x0025;
    public static final int SOFTWARE = 0x8022;
    public static final int ICE_CONTROLLED = 0x8029;
    public static final int ICE_CONTROLLING = 0x802A;

    private static final int INTEGRITY = 0x0008;
    private static final int FINGERPRINT = 0x8028;
    private static final int FINGERPRINT_XOR = 0x5354_554E;
    private static final int COOKIE = 0x2112_A442;

    private final int type;
    private final byte[] transactionId;
    private final ByteArrayOutputStream attributes = new ByteArrayOutputStream();

    public StunWriter(int type, byte[] transactionId) {
        this.type = type;
        this.transactionId = transactionId.clone();
    }

    /// A controlling browser's check.
    public static StunWriter check(byte[] transactionId, String userName, boolean nominate) {
        var writer =
                new StunWriter(REQUEST, transactionId)
                        .attribute(USERNAME, userName.getBytes(StandardCharsets.UTF_8))
                        .attribute(0xC057, new byte[] {0, 1, 0, 10})
                        .attribute(ICE_CONTROLLING, new byte[8])
                        .attribute(PRIORITY, new byte[] {110, 0, 30, (byte) 255});
        return nominate ? writer.attribute(USE_CANDIDATE, new byte[0]) : writer;
    }

    public StunWriter attribute(int attribute, byte[] value) {
        var padded = ByteBuffer.allocate(4 + (value.length + 3) / 4 * 4);
        padded.putShort((short) attribute).putShort((short) value.length).put(value);
        attributes.writeBytes(padded.array());
        return this;
    }

    /// Adds what need not be an attribute.
    public StunWriter raw(byte[] bytes) {
        attributes.writeBytes(bytes);
        return this;
    }

    /// Adds the integrity under `password`.
    public StunWriter integrity(String password) {
        var covered = message(attributes.size() + 24);
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return attribute(INTEGRITY, mac.doFinal(covered));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public StunWriter fingerprint() {
        var crc = new CRC32();
        crc.update(message(attributes.size() + 8));
        var value = (int) crc.getValue() ^ FINGERPRINT_XOR;
        return attribute(FINGERPRINT, ByteBuffer.allocate(4).putInt(value).array());
    }

    public byte[] bytes() {
        return message(attributes.size());
    }

    private byte[] message(int declaredLength) {
        var message = ByteBuffer.allocate(20 + attributes.size());
        message.putShort((short) type).putShort((short) declaredLength).putInt(COOKIE);
        message.put(transactionId).put(attributes.toByteArray());
        return message.array();
    }
}
