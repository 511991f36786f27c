// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// AES in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711 §4.1.1, §4.2.1) by the JDK. All
/// counter blocks of a packet are encrypted in one call, which needs no initialisation vector
/// object per packet and runs several blocks abreast.
final class JdkCounterModeCipher implements SrtpCipher {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int BLOCK_BYTES = 16;
    private static final int TRAILER_BYTES = 4;

    private final Cipher cipher;
    private final Mac mac;
    private final long saltHigh;
    private final long saltLow;
    private final int tagBytes;
    private final byte[] tag = new byte[20];
    private final byte[] receivedTag;
    private final byte[] expectedTag;

    /// Header, payload and trailer in a row, as they are authenticated.
    private final byte[] message;

    /// Apart from the key stream: in place, the JDK would copy them.
    private final byte[] counters;

    private final byte[] keyStream;

    JdkCounterModeCipher(SrtpSessionKeys keys, byte[] message, byte[] counters, byte[] keyStream) {
        this.message = message;
        this.counters = counters;
        this.keyStream = keyStream;
        var salt = ByteBuffer.wrap(Arrays.copyOf(keys.salt(), BLOCK_BYTES));
        saltHigh = salt.getLong(0);
        saltLow = salt.getLong(8);
        tagBytes = keys.profile().tagBytes();
        receivedTag = new byte[tagBytes];
        expectedTag = new byte[tagBytes];
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys.key(), "AES"));
            mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(keys.authenticationKey(), "HmacSHA1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES and HMAC-SHA1", e);
        }
    }

    @Override
    public void seal(SrtpJob job) {
        var header = job.headerBytes;
        var bytes = job.payloadBytes;
        MemorySegment.copy(job.packet, BYTE, job.headerOffset, message, 0, header);
        MemorySegment.copy(job.input, BYTE, job.inputOffset, message, header, bytes);
        applyKeyStream(job, header);
        authenticate(job);
        MemorySegment.copy(message, header, job.output, BYTE, job.outputOffset, bytes);
        MemorySegment.copy(tag, 0, job.packet, BYTE, job.tagOffset, tagBytes);
    }

    @Override
    public boolean open(SrtpJob job) {
        var header = job.headerBytes;
        var bytes = job.payloadBytes;
        MemorySegment.copy(job.packet, BYTE, job.headerOffset, message, 0, header);
        MemorySegment.copy(job.input, BYTE, job.inputOffset, message, header, bytes);
        authenticate(job);
        System.arraycopy(tag, 0, expectedTag, 0, tagBytes);
        MemorySegment.copy(job.packet, BYTE, job.tagOffset, receivedTag, 0, tagBytes);
        if (!MessageDigest.isEqual(expectedTag, receivedTag)) {
            return false;
        }
        applyKeyStream(job, header);
        MemorySegment.copy(message, header, job.output, BYTE, job.outputOffset, bytes);
        return true;
    }

    /// What it writes beyond the payload, up to a whole block, is overwritten or not looked at.
    private void applyKeyStream(SrtpJob job, int from) {
        var bytes = (job.payloadBytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
        makeKeyStream(job, bytes);
        for (var i = 0; i < bytes; i += Long.BYTES) {
            var clear = (long) LONG.get(message, from + i);
            LONG.set(message, from + i, clear ^ (long) LONG.get(keyStream, i));
        }
    }

    /// RFC 3711 §4.1.1: the counter block is salt, SSRC and index mixed, above a 16-bit counter.
    private void makeKeyStream(SrtpJob job, int bytes) {
        var high = saltHigh ^ (job.ssrc & 0xFFFF_FFFFL);
        var low = saltLow ^ (job.index << 16);
        for (var i = 0; i < bytes; i += BLOCK_BYTES) {
            LONG.set(counters, i, high);
            LONG.set(counters, i + Long.BYTES, low + i / BLOCK_BYTES);
        }
        try {
            cipher.update(counters, 0, bytes, keyStream, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encrypting whole blocks cannot fail", e);
        }
    }

    private void authenticate(SrtpJob job) {
        var bytes = job.headerBytes + job.payloadBytes;
        INT.set(message, bytes, job.trailer);
        mac.update(message, 0, bytes + TRAILER_BYTES);
        try {
            mac.doFinal(tag, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("there is room for the tag", e);
        }
    }

    @Override
    public void close() {}
}
