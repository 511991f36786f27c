// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads and writes the STUN Binding messages of one media loop (RFC 8489), one at a time, without
/// an object for each: clients prove every few seconds that they are still there. Confined to that
/// loop. Why by hand: docs/adr/0005.
public final class StunCodec {
    /// A role conflict and an attribute that we don't know (RFC 8445 §7.3.1.1, RFC 8489 §14.8).
    private static final int ROLE_CONFLICT = 487;

    private static final int UNKNOWN_ATTRIBUTE = 420;
    private static final byte[] ROLE_CONFLICT_REASON = ascii("Role Conflict");
    private static final byte[] UNKNOWN_ATTRIBUTE_REASON = ascii("Unknown Attribute");

    /// The largest refusal has 84 bytes besides the names of the attributes, of which as many fit.
    private static final int MAX_NAMED = (StunWriter.MAX_BYTES - 88) / 2;

    /// Enough for the compiler to have done what it does.
    private static final int WARM_UP_ROUNDS = 12_000;

    private final StunMessage message;
    private final StunWriter writer;

    public StunCodec() {
        var sha1 = new Sha1();
        message = new StunMessage(sha1);
        writer = new StunWriter(sha1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads and answers often enough to be compiled: later, with a check every few seconds, that
    /// would take minutes.
    public static void warmUp() {
        var codec = new StunCodec();
        var own = new IceKey(new IceCredentials("warm", "aaaaaaaaaaaaaaaaaaaaaaaa"));
        var other = new IceKey(new IceCredentials("up", "bbbbbbbbbbbbbbbbbbbbbbbb"));
        var id = new byte[StunFormat.TRANSACTION_ID_BYTES];
        codec.request(id, own, other, 1, 2);
        var request = MemorySegment.ofArray(codec.bytes().clone());
        var length = codec.length();
        for (var round = 0; round < WARM_UP_ROUNDS; round++) {
            var read = codec.read(request, 0, length);
            if (read == null || !read.isFor(own) || !read.isAuthentic(own.integrity())) {
                throw new IllegalStateException("the STUN codec does not understand itself");
            }
            codec.roleConflict(read, own);
        }
    }

    /// The Binding message in `length` bytes at `offset`, until the next one is read; null for
    /// anything else.
    @Nullable StunMessage read(MemorySegment memory, long offset, int length) {
        return message.read(memory, offset, length) ? message : null;
    }

    /// What was written last, of which the first [#length] bytes count.
    byte[] bytes() {
        return writer.bytes();
    }

    int length() {
        return writer.length();
    }

    /// Writes the answer to an authentic check that came by `path`.
    void success(StunMessage request, Path path, IceKey own) {
        writer.begin(StunFormat.SUCCESS, request);
        if (path.isIpv4()) {
            writer.xorMapped((int) path.addressLow(), path.port());
        } else {
            writer.xorMapped(path.addressHigh(), path.addressLow(), path.port());
        }
        writer.sign(own.integrity());
    }

    /// Writes the refusal of a client that believes us to be in control.
    void roleConflict(StunMessage request, IceKey own) {
        writer.begin(StunFormat.ERROR, request);
        putError(ROLE_CONFLICT, ROLE_CONFLICT_REASON);
        writer.sign(own.integrity());
    }

    /// Writes the refusal that names all attributes of `request` that we would have to understand.
    void unknownAttributes(StunMessage request, IceKey own) {
        writer.begin(StunFormat.ERROR, request);
        putError(UNKNOWN_ATTRIBUTE, UNKNOWN_ATTRIBUTE_REASON);
        var count = Math.min(request.unknownCount(), MAX_NAMED);
        var different = 0;
        for (var i = 0; i < count; i++) {
            different += isNamed(request, i) ? 0 : 1;
        }
        writer.attribute(StunFormat.UNKNOWN_ATTRIBUTES, 2 * different);
        for (var i = 0; i < count; i++) {
            if (!isNamed(request, i)) {
                writer.putShort(request.unknown(i));
            }
        }
        writer.pad().sign(own.integrity());
    }

    /// Whether the same comes earlier: there are readers that trip over a repetition.
    private static boolean isNamed(StunMessage request, int which) {
        for (var i = 0; i < which; i++) {
            if (request.unknown(i) == request.unknown(which)) {
                return true;
            }
        }
        return false;
    }

    /// ERROR-CODE (RFC 8489 §14.8).
    private void putError(int code, byte[] reason) {
        writer.attribute(StunFormat.ERROR_CODE, 4 + reason.length);
        writer.putInt(((code / 100) << 8) | (code % 100)).putBytes(reason).pad();
    }

    /// Writes a check of our own, from the controlled side (RFC 8445 §7.1).
    ///
    /// @param transactionId 12 bytes
    void request(byte[] transactionId, IceKey remote, IceKey local, int priority, long tieBreaker) {
        writer.begin(StunFormat.REQUEST, transactionId);
        writer.userName(remote.ufrag(), local.ufrag());
        writer.attribute(StunFormat.PRIORITY, 4).putInt(priority);
        writer.attribute(StunFormat.ICE_CONTROLLED, 8).putLong(tieBreaker);
        writer.sign(remote.integrity());
    }
}
