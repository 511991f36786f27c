// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Looks through datagrams of DTLS records before Bouncy Castle does, and keeps from it what it
/// cannot take: messages that announce more than anybody sends (it would allocate that much), far
/// too many fragments (it joins them in quadratic time), a ChangeCipherSpec that overtook the
/// handshake messages before it (it would never accept those any more, and the handshake would
/// hang), and every other readable record, alerts above all: anybody could have written them (RFC
/// 6347 §4.1.2.7), and a client that refuses us is missed in time.
///
/// Readable records that pass get new numbers and one version, as theirs could be forged too: after
/// a record with the greatest number or another version all real ones would be refused. Confined to
/// the media loop.
final class DtlsRecordFilter {
    /// The longest handshake message; certificates of browsers have less than 1 KB.
    static final int MAX_MESSAGE_BYTES = 8_192;

    /// How many handshake fragments one connection may send in all.
    static final int MAX_FRAGMENTS = 2_048;

    private static final short DTLS_1_2 = (short) 0xFEFD;
    private static final int RECORD_HEADER_BYTES = 13;
    private static final int MESSAGE_HEADER_BYTES = 12;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int LAST_CONTENT_TYPE = 26;
    private static final int CERTIFICATE_VERIFY = 15;

    /// A full handshake has six messages of a client at most.
    private static final int TRACKED_MESSAGES = 16;

    private final boolean weAreClient;
    private final @Nullable BitSet[] arrived = new BitSet[TRACKED_MESSAGES];
    private final boolean[] isComplete = new boolean[TRACKED_MESSAGES];
    private int lastBeforeChange = -1;
    private int fragments;
    private int passed;

    DtlsRecordFilter(boolean weAreClient) {
        this.weAreClient = weAreClient;
    }

    /// How many bytes from the start may be passed on; 0 for none, since something in it is
    /// malformed or too much. Changes the headers of those.
    int usableBytes(byte[] datagram) {
        var at = 0;
        while (at + RECORD_HEADER_BYTES <= datagram.length) {
            var type = datagram[at] & 0xFF;
            var body = at + RECORD_HEADER_BYTES;
            var end = body + unsigned16(datagram, at + 11);
            if (end > datagram.length
                    || type < CHANGE_CIPHER_SPEC
                    || type > LAST_CONTENT_TYPE
                    || datagram[at + 1] != (byte) 0xFE) {
                return 0;
            }
            if (unsigned16(datagram, at + 3) == 0) {
                if (type == HANDSHAKE && !isSane(datagram, body, end)) {
                    return 0;
                }
                if (type != HANDSHAKE && (type != CHANGE_CIPHER_SPEC || !mayChange())) {
                    return at;
                }
                renumber(datagram, at);
            }
            at = end;
        }
        return at == datagram.length ? at : 0;
    }

    private void renumber(byte[] datagram, int record) {
        var header = ByteBuffer.wrap(datagram, record, RECORD_HEADER_BYTES).slice();
        header.putShort(1, DTLS_1_2).putShort(5, (short) 0).putInt(7, passed++);
    }

    /// Whether there is an encrypted handshake record in a datagram that has passed: as nobody
    /// negotiates anew, that is a Finished.
    static boolean holdsFinished(byte[] datagram) {
        for (var at = 0; at < datagram.length; ) {
            if (datagram[at] == HANDSHAKE && unsigned16(datagram, at + 3) != 0) {
                return true;
            }
            at += RECORD_HEADER_BYTES + unsigned16(datagram, at + 11);
        }
        return false;
    }

    /// A server's messages before its ChangeCipherSpec are acknowledged by ours; a client's are
    /// complete when its CertificateVerify is.
    private boolean mayChange() {
        if (weAreClient) {
            return true;
        }
        for (var sequence = 1; sequence <= lastBeforeChange; sequence++) {
            if (!isComplete[sequence]) {
                return false;
            }
        }
        return lastBeforeChange > 0;
    }

    private boolean isSane(byte[] datagram, int body, int end) {
        var at = body;
        while (at < end) {
            if (at + MESSAGE_HEADER_BYTES > end || ++fragments > MAX_FRAGMENTS) {
                return false;
            }
            var length = unsigned24(datagram, at + 1);
            var from = unsigned24(datagram, at + 6);
            var bytes = unsigned24(datagram, at + 9);
            if (length > MAX_MESSAGE_BYTES
                    || bytes > length
                    || from + bytes > length
                    || at + MESSAGE_HEADER_BYTES + bytes > end) {
                return false;
            }
            note(datagram[at] & 0xFF, unsigned16(datagram, at + 4), length, from, bytes);
            at += MESSAGE_HEADER_BYTES + bytes;
        }
        return true;
    }

    private void note(int type, int sequence, int length, int from, int bytes) {
        if (weAreClient || sequence >= TRACKED_MESSAGES || isComplete[sequence]) {
            return;
        }
        var covered = arrived[sequence];
        if (covered == null) {
            covered = new BitSet();
            arrived[sequence] = covered;
        }
        covered.set(from, from + bytes);
        if (covered.cardinality() >= length) {
            isComplete[sequence] = true;
            arrived[sequence] = null;
        }
        if (type == CERTIFICATE_VERIFY) {
            lastBeforeChange = sequence;
        }
    }

    private static int unsigned16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private static int unsigned24(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 16 | unsigned16(bytes, at + 1);
    }
}
