// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.ice4j.StunException;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.FingerprintAttribute;
import org.ice4j.attribute.UnknownAttributesAttribute;
import org.ice4j.attribute.UsernameAttribute;
import org.ice4j.attribute.XorMappedAddressAttribute;
import org.ice4j.message.Message;
import org.jspecify.annotations.Nullable;

/// What somebody else makes of a STUN message: ice4j of its attributes and fingerprint, the JDK of
/// its integrity.
final class Ice4j {
    private static final int INTEGRITY_BYTES = 20;
    private static final Set<Integer> KNOWN =
            Set.of(0x0001, 0x0006, 0x0008, 0x0009, 0x000A, 0x0014, 0x0015, 0x0020, 0x0024, 0x0025);

    /// What an authentic message says.
    record Content(
            boolean nominates,
            boolean senderIsControlled,
            Set<Integer> unknown,
            String userName,
            int errorCode,
            Set<Integer> named,
            @Nullable InetSocketAddress mapped) {}

    private Ice4j() {}

    /// Null for what is no message, has been changed or is not signed under `password`.
    static @Nullable Content read(byte[] bytes, String password) {
        try {
            var message = Message.decode(bytes, 0, bytes.length);
            var integrity = message.getAttribute(Attribute.MESSAGE_INTEGRITY);
            if (integrity == null
                    || integrity.getDataLength() != INTEGRITY_BYTES
                    || !isSigned(bytes, integrity.getLocationInMessage(), password)) {
                return null;
            }
            return content(message);
        } catch (StunException | RuntimeException _) {
            return null;
        }
    }

    /// Whether its first MESSAGE-INTEGRITY is that of somebody who knows `password`; reads the
    /// attributes one after the other.
    static boolean isSigned(byte[] bytes, String password) {
        var message = ByteBuffer.wrap(bytes);
        for (var at = 20; at + 4 + INTEGRITY_BYTES <= bytes.length; ) {
            if (message.getShort(at) == Attribute.MESSAGE_INTEGRITY) {
                return isSigned(bytes, at, password);
            }
            at += 4 + ((message.getShort(at + 2) & 0xFFFF) + 3) / 4 * 4;
        }
        return false;
    }

    /// Whether any FINGERPRINT is not that of what comes before it.
    static boolean hasWrongFingerprint(byte[] bytes) {
        var message = ByteBuffer.wrap(bytes);
        for (var at = 20; at + 4 <= bytes.length; ) {
            var length = message.getShort(at + 2) & 0xFFFF;
            if ((message.getShort(at) & 0xFFFF) == Attribute.FINGERPRINT) {
                var crc = FingerprintAttribute.calculateXorCRC32(bytes, 0, at);
                if (length != 4 || message.getInt(at + 4) != ByteBuffer.wrap(crc).getInt()) {
                    return true;
                }
            }
            at += 4 + (length + 3) / 4 * 4;
        }
        return false;
    }

    private static boolean isSigned(byte[] bytes, int at, String password) {
        var covered = ByteBuffer.wrap(Arrays.copyOf(bytes, at));
        covered.putShort(2, (short) (at + 4 + INTEGRITY_BYTES - 20));
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            var code = Arrays.copyOfRange(bytes, at + 4, at + 4 + INTEGRITY_BYTES);
            return Arrays.equals(mac.doFinal(covered.array()), code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Content content(Message message) {
        var unknown = new TreeSet<Integer>();
        for (var attribute : message.getAttributes()) {
            int type = attribute.getAttributeType();
            if (type < 0x8000 && !KNOWN.contains(type)) {
                unknown.add(type);
            }
        }
        return new Content(
                message.containsAttribute(Attribute.USE_CANDIDATE),
                message.containsAttribute(Attribute.ICE_CONTROLLED),
                unknown,
                userName(message),
                message.getAttribute(Attribute.ERROR_CODE) instanceof ErrorCodeAttribute error
                        ? error.getErrorCode()
                        : 0,
                named(message),
                mapped(message));
    }

    private static String userName(Message message) {
        return message.getAttribute(Attribute.USERNAME) instanceof UsernameAttribute name
                ? new String(name.getUsername(), StandardCharsets.UTF_8)
                : "";
    }

    private static Set<Integer> named(Message message) {
        var named = new TreeSet<Integer>();
        if (message.getAttribute(Attribute.UNKNOWN_ATTRIBUTES)
                instanceof UnknownAttributesAttribute attributes) {
            for (var i = 0; i < attributes.getAttributeCount(); i++) {
                named.add((int) attributes.getAttribute(i));
            }
        }
        return named;
    }

    private static @Nullable InetSocketAddress mapped(Message message) {
        return message.getAttribute(Attribute.XOR_MAPPED_ADDRESS)
                        instanceof XorMappedAddressAttribute xored
                ? xored.getAddress(message.getTransactionID())
                : null;
    }
}
