// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DtlsRecordFilterTest {
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;

    private final DtlsRecordFilter filter = new DtlsRecordFilter(false);

    @Test
    void anOrdinaryMessagePasses() {
        var datagram = record(HANDSHAKE, 0, message(1, 0, 50, 0, 50));
        assertThat(filter.usableBytes(datagram)).isEqualTo(datagram.length);
    }

    @Test
    void aMessageThatAnnouncesMegabytesIsRefused() {
        assertThat(filter.usableBytes(record(HANDSHAKE, 0, message(1, 0, 0xFFFFFF, 0, 10))))
                .isZero();
        assertThat(filter.usableBytes(record(HANDSHAKE, 0, message(1, 0, 8_193, 0, 10)))).isZero();
    }

    @Test
    void aFragmentThatReachesBeyondItsMessageIsRefused() {
        assertThat(filter.usableBytes(record(HANDSHAKE, 0, message(1, 0, 5, 0, 10)))).isZero();
        assertThat(filter.usableBytes(record(HANDSHAKE, 0, message(1, 0, 20, 15, 10)))).isZero();
    }

    @Test
    void aRecordThatReachesBeyondItsDatagramIsRefused() {
        var datagram = record(HANDSHAKE, 0, message(1, 0, 50, 0, 50));
        datagram[12]++;
        assertThat(filter.usableBytes(datagram)).isZero();
    }

    @Test
    void onlySoManyFragmentsPass() {
        for (var i = 0; i < DtlsRecordFilter.MAX_FRAGMENTS; i++) {
            assertThat(filter.usableBytes(record(HANDSHAKE, 0, message(1, 0, 8_000, i, 1))))
                    .isPositive();
        }
        assertThat(filter.usableBytes(record(HANDSHAKE, 0, message(1, 0, 8_000, 0, 1)))).isZero();
    }

    @Test
    void whatFollowsAPrematureChangeOfCiphersWaitsForItsRepetition() {
        var change = record(CHANGE_CIPHER_SPEC, 0, new byte[] {1});
        var certificate = record(HANDSHAKE, 0, message(11, 1, 40, 0, 40));
        var verify = record(HANDSHAKE, 0, message(15, 2, 40, 0, 40));
        var both = ByteBuffer.allocate(certificate.length + change.length);
        both.put(certificate).put(change);

        assertThat(filter.usableBytes(both.array())).isEqualTo(certificate.length);
        assertThat(filter.usableBytes(change)).isZero();
        assertThat(filter.usableBytes(verify)).isEqualTo(verify.length);
        assertThat(filter.usableBytes(change)).isEqualTo(change.length);
    }

    @Test
    void alertsThatAnybodyCouldHaveWrittenAreKeptBack() {
        var fatal = record(ALERT, 0, new byte[] {2, 40});
        assertThat(filter.usableBytes(fatal)).as("a readable fatal alert").isZero();
        assertThat(filter.usableBytes(record(ALERT, 0, new byte[] {1, 0}))).isZero();
        var encrypted = record(ALERT, 1, new byte[26]);
        assertThat(filter.usableBytes(encrypted)).isEqualTo(encrypted.length);
    }

    @Test
    void encryptedRecordsAreNotLookedInto() {
        var random = new SplittableRandom(1);
        var body = new byte[100];
        random.nextBytes(body);
        var datagram = record(HANDSHAKE, 1, body);
        assertThat(filter.usableBytes(datagram)).isEqualTo(datagram.length);
    }

    @Test
    void noBytesCanHurt() {
        var random = new SplittableRandom(2);
        for (var i = 0; i < 200_000; i++) {
            var bytes = record(random.nextInt(20, 26), 0, new byte[random.nextInt(60)]);
            for (var j = random.nextInt(10); j > 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(new DtlsRecordFilter(false).usableBytes(bytes)).isBetween(0, bytes.length);
        }
    }

    private static byte[] record(int type, int epoch, byte[] body) {
        var record = ByteBuffer.allocate(13 + body.length);
        record.put((byte) type).putShort((short) 0xFEFD).putShort((short) epoch);
        record.position(11).putShort((short) body.length).put(body);
        return record.array();
    }

    private static byte[] message(int type, int sequence, int length, int from, int bytes) {
        var message = ByteBuffer.allocate(12 + bytes);
        message.putInt(type << 24 | length).putShort((short) sequence);
        message.put((byte) (from >>> 16)).putShort((short) from);
        message.put((byte) (bytes >>> 16)).putShort((short) bytes);
        return message.array();
    }
}
