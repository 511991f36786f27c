// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import io.portunus.transport.ice.StunMessage.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.FingerprintAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Response;
import org.jspecify.annotations.Nullable;

/// Reads and writes STUN Binding messages (RFC 8489) with ice4j, which is used for nothing else and
/// nowhere else. Stateless and thread-safe.
///
/// ice4j throws whatever it likes at garbage, so a message is walked through before it sees any.
public final class StunCodec {
    /// The longest message that is read. A browser's check has about 130 bytes.
    static final int MAX_MESSAGE_BYTES = 548;

    /// RFC 8489 §14.3: 513 bytes; ours are `ufrag:ufrag`, each up to 256 (RFC 8839 §5.4).
    private static final int MAX_USER_NAME_BYTES = 513;

    /// A role conflict and an attribute that we don't know (RFC 8445 §7.3.1.1, RFC 8489 §14.8).
    private static final char ROLE_CONFLICT = 487;

    private static final char UNKNOWN_ATTRIBUTE = 420;

    private static final int HEADER_BYTES = 20;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final int TRANSACTION_ID_AT = 8;
    private static final int TRANSACTION_ID_BYTES = 12;
    private static final int INTEGRITY_BYTES = 20;
    private static final int FINGERPRINT_BYTES = 4;
    private static final int COMPREHENSION_OPTIONAL = 0x8000;

    static {
        // ice4j signs every message with its name otherwise.
        System.setProperty("org.ice4j.SOFTWARE", "");
    }

    /// Does everything once: the first time takes a second, which no client should wait for.
    public static void warmUp() {
        var codec = new StunCodec();
        var own = new IceCredentials("warm", "aaaaaaaaaaaaaaaaaaaaaaaa");
        var id = "000102030405060708090a0b";
        var request = codec.request(id, own, new IceCredentials("up", own.password()), 1, 2);
        var read = codec.read(MemorySegment.ofArray(request), 0, request.length);
        if (read == null || codec.authenticate(read, own.password()) == null) {
            throw new IllegalStateException("the STUN codec does not understand itself");
        }
        codec.success(
                id, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), own.password());
        codec.roleConflict(id, own.password());
        codec.unknownAttributes(id, List.of('\u0002'), own.password());
    }

    /// The Binding message in `length` bytes at `offset`; null for anything else.
    @Nullable StunMessage read(MemorySegment memory, long offset, int length) {
        if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES || length % 4 != 0) {
            return null;
        }
        var bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        var message = ByteBuffer.wrap(bytes);
        var kind = kindOf(message.getShort(0));
        if (kind == null
                || message.getShort(2) != length - HEADER_BYTES
                || message.getInt(4) != MAGIC_COOKIE) {
            return null;
        }
        return walk(kind, bytes);
    }

    private static @Nullable Kind kindOf(int type) {
        return switch (type) {
            case Message.BINDING_REQUEST -> Kind.REQUEST;
            case Message.BINDING_SUCCESS_RESPONSE -> Kind.SUCCESS;
            case Message.BINDING_ERROR_RESPONSE -> Kind.ERROR;
            case Message.BINDING_INDICATION -> Kind.INDICATION;
            default -> null;
        };
    }

    /// Finds user name and integrity; null where an attribute reaches beyond the end.
    private static @Nullable StunMessage walk(Kind kind, byte[] bytes) {
        var message = ByteBuffer.wrap(bytes);
        var userName = "";
        var integrityAt = -1;
        var at = HEADER_BYTES;
        while (at + ATTRIBUTE_HEADER_BYTES <= bytes.length) {
            var type = message.getShort(at) & 0xFFFF;
            var length = message.getShort(at + 2) & 0xFFFF;
            var value = at + ATTRIBUTE_HEADER_BYTES;
            if (value + length > bytes.length) {
                return null;
            }
            if (type == Attribute.USERNAME && integrityAt < 0) {
                if (length > MAX_USER_NAME_BYTES || !userName.isEmpty()) {
                    return null;
                }
                userName = new String(bytes, value, length, StandardCharsets.UTF_8);
            }
            if (type == Attribute.MESSAGE_INTEGRITY && integrityAt < 0) {
                if (length != INTEGRITY_BYTES) {
                    return null;
                }
                integrityAt = at;
            }
            at = value + ((length + 3) & -4);
        }
        return message(kind, bytes, userName, integrityAt);
    }

    private static StunMessage message(Kind kind, byte[] bytes, String userName, int integrityAt) {
        var colon = userName.indexOf(':');
        var id =
                HexFormat.of()
                        .formatHex(
                                bytes, TRANSACTION_ID_AT, TRANSACTION_ID_AT + TRANSACTION_ID_BYTES);
        return new StunMessage(
                kind,
                id,
                colon < 0 ? userName : userName.substring(0, colon),
                colon < 0 ? "" : userName.substring(colon + 1),
                new StunBytes(bytes),
                integrityAt);
    }

    /// What the message says, if whoever sent it knows `password` and nobody has changed it; null
    /// if not.
    StunMessage.@Nullable Content authenticate(StunMessage message, String password) {
        if (message.integrityAt() < 0) {
            return null;
        }
        var bytes = message.bytes().array;
        var at = message.integrityAt();
        var value = at + ATTRIBUTE_HEADER_BYTES;
        var end = value + INTEGRITY_BYTES;
        // RFC 8489 §14.5: computed as if the message ended with the integrity.
        var covered = Arrays.copyOf(bytes, at);
        writeLength(covered, end - HEADER_BYTES);
        var expected = integrity(covered, password);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, value, end))) {
            return null;
        }
        return content(bytes);
    }

    /// ice4j ignores what follows the integrity, but for the fingerprint, which it checks.
    private static StunMessage.@Nullable Content content(byte[] bytes) {
        try {
            var message = Message.decode(bytes, 0, bytes.length);
            var unknown = new ArrayList<Character>();
            for (var attribute : message.getAttributes()) {
                var type = attribute.getAttributeType();
                if (type < COMPREHENSION_OPTIONAL && !isKnown(type)) {
                    unknown.add(type);
                }
            }
            return new StunMessage.Content(
                    message.containsAttribute(Attribute.USE_CANDIDATE),
                    message.containsAttribute(Attribute.ICE_CONTROLLED),
                    unknown);
        } catch (StunException | RuntimeException _) {
            return null;
        }
    }

    private static boolean isKnown(char type) {
        return switch (type) {
            case Attribute.MAPPED_ADDRESS,
                    Attribute.USERNAME,
                    Attribute.MESSAGE_INTEGRITY,
                    Attribute.ERROR_CODE,
                    Attribute.UNKNOWN_ATTRIBUTES,
                    Attribute.REALM,
                    Attribute.NONCE,
                    Attribute.XOR_MAPPED_ADDRESS,
                    Attribute.PRIORITY,
                    Attribute.USE_CANDIDATE ->
                    true;
            default -> false;
        };
    }

    /// The answer to an authentic check that came from `from`.
    byte[] success(String transactionId, InetSocketAddress from, String password) {
        var request = MessageFactory.createBindingRequest();
        setTransactionId(request, transactionId);
        var mapped = new TransportAddress(from.getAddress(), from.getPort(), Transport.UDP);
        return sign(MessageFactory.createBindingResponse(request, mapped), transactionId, password);
    }

    byte[] roleConflict(String transactionId, String password) {
        var response = MessageFactory.createBindingErrorResponse(ROLE_CONFLICT, "Role Conflict");
        return sign(response, transactionId, password);
    }

    byte[] unknownAttributes(String transactionId, List<Character> unknown, String password) {
        var types = new char[unknown.size()];
        for (var i = 0; i < types.length; i++) {
            types[i] = unknown.get(i);
        }
        Response response =
                MessageFactory.createBindingErrorResponse(
                        UNKNOWN_ATTRIBUTE, "Unknown Attribute", types);
        return sign(response, transactionId, password);
    }

    /// A check of our own, from the controlled side (RFC 8445 §7.1).
    byte[] request(
            String transactionId,
            IceCredentials remote,
            IceCredentials local,
            long priority,
            long tieBreaker) {
        var request = MessageFactory.createBindingRequest();
        var userName = remote.ufrag() + ":" + local.ufrag();
        request.putAttribute(AttributeFactory.createUsernameAttribute(userName));
        request.putAttribute(AttributeFactory.createPriorityAttribute(priority));
        request.putAttribute(AttributeFactory.createIceControlledAttribute(tieBreaker));
        return sign(request, transactionId, remote.password());
    }

    /// Encodes and adds integrity and fingerprint (RFC 8489 §14.5, §14.7).
    private static byte[] sign(Message message, String transactionId, String password) {
        setTransactionId(message, transactionId);
        var plain = message.encode(null);
        var integrityEnd = plain.length + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES;
        var signed =
                Arrays.copyOf(plain, integrityEnd + ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES);
        var writer = ByteBuffer.wrap(signed).position(plain.length);

        writeLength(plain, integrityEnd - HEADER_BYTES);
        writer.putShort((short) Attribute.MESSAGE_INTEGRITY).putShort((short) INTEGRITY_BYTES);
        writer.put(integrity(plain, password));

        writeLength(signed, signed.length - HEADER_BYTES);
        var fingerprint = FingerprintAttribute.calculateXorCRC32(signed, 0, integrityEnd);
        writer.putShort((short) Attribute.FINGERPRINT).putShort((short) FINGERPRINT_BYTES);
        writer.put(fingerprint);
        return signed;
    }

    private static void setTransactionId(Message message, String transactionId) {
        try {
            message.setTransactionID(HexFormat.of().parseHex(transactionId));
        } catch (StunException e) {
            throw new IllegalStateException("12 bytes are a transaction id", e);
        }
    }

    /// ICE passwords are ASCII, for which the preparation of RFC 8489 §9.1.1 changes nothing.
    private static byte[] integrity(byte[] covered, String password) {
        var key = password.getBytes(StandardCharsets.UTF_8);
        return MessageIntegrityAttribute.calculateHmacSha1(covered, 0, covered.length, key);
    }

    private static void writeLength(byte[] message, int length) {
        message[2] = (byte) (length >>> 8);
        message[3] = (byte) length;
    }
}
