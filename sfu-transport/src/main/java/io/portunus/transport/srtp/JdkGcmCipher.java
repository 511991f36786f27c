// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM (RFC 7714) by the JDK.
final class JdkGcmCipher implements SrtpCipher {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TRAILER_BYTES = 4;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] salt;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final boolean rtcp;
    private final byte[] input;
    private final byte[] output;

    /// The nonce last used for sealing, of which the JDK refuses an immediate second use.
    private int lastSsrc;

    private long lastIndex = -1;

    JdkGcmCipher(SrtpSessionKeys keys, byte[] input, byte[] output) {
        key = new SecretKeySpec(keys.key(), "AES");
        salt = keys.salt();
        rtcp = keys.rtcp();
        this.input = input;
        this.output = output;
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    @Override
    public void seal(SrtpJob job) {
        try {
            startSealing(job);
            authenticateHeader(job);
            var bytes = job.payloadBytes;
            MemorySegment.copy(job.input, BYTE, job.inputOffset, input, 0, bytes);
            cipher.doFinal(input, 0, bytes, output, 0);
            MemorySegment.copy(output, 0, job.output, BYTE, job.outputOffset, bytes);
            MemorySegment.copy(output, bytes, job.packet, BYTE, job.tagOffset, TAG_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing cannot fail", e);
        }
    }

    @Override
    public boolean open(SrtpJob job) {
        try {
            start(Cipher.DECRYPT_MODE, job);
            authenticateHeader(job);
            var bytes = job.payloadBytes;
            MemorySegment.copy(job.input, BYTE, job.inputOffset, input, 0, bytes);
            MemorySegment.copy(job.packet, BYTE, job.tagOffset, input, bytes, TAG_BYTES);
            cipher.doFinal(input, 0, bytes + TAG_BYTES, output, 0);
            MemorySegment.copy(output, 0, job.output, BYTE, job.outputOffset, bytes);
            return true;
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening fails only by its tag", e);
        }
    }

    /// A byte-identical retransmission has the nonce of the packet before it, and the JDK refuses
    /// that for its own reasons: it is satisfied once another nonce has come in between, under
    /// which nothing is encrypted.
    private void startSealing(SrtpJob job) throws GeneralSecurityException {
        if (job.ssrc == lastSsrc && job.index == lastIndex) {
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    key,
                    new GCMParameterSpec(8 * TAG_BYTES, new byte[NONCE_BYTES + 1]));
        }
        start(Cipher.ENCRYPT_MODE, job);
        lastSsrc = job.ssrc;
        lastIndex = job.index;
    }

    /// RFC 7714 §8.1 and §9.1: two zero bytes, SSRC and 48 bits of index, mixed with the salt.
    private void start(int mode, SrtpJob job) throws GeneralSecurityException {
        nonce[0] = 0;
        nonce[1] = 0;
        INT.set(nonce, 2, job.ssrc);
        INT.set(nonce, 6, (int) (job.index >>> 16));
        nonce[10] = (byte) (job.index >>> 8);
        nonce[11] = (byte) job.index;
        for (var i = 0; i < NONCE_BYTES; i++) {
            nonce[i] ^= salt[i];
        }
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    }

    private void authenticateHeader(SrtpJob job) {
        var bytes = job.headerBytes;
        MemorySegment.copy(job.packet, BYTE, job.headerOffset, input, 0, bytes);
        if (rtcp) {
            INT.set(input, bytes, job.trailer);
            bytes += TRAILER_BYTES;
        }
        cipher.updateAAD(input, 0, bytes);
    }

    @Override
    public void close() {}
}
