// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An array of ipsec-mb's `struct IMB_JOB`, laid out once in native memory, of which only what
/// differs is filled in per packet. Confined to its media loop.
///
/// ```
///   0  encryption key        24  input             88  tag
///   8  decryption key        32  output            96  tag length
///  16  key length            40  input offset     104  HMAC's inner state
///  56  hash offset           48  cipher length    112  HMAC's outer state
///  64  hash length           72  IV               128  status, …
///                            80  IV length        … and what its burst functions do not read
/// ```
///
/// The library writes whole tags of 20 bytes, so they go to memory of their own.
final class IpsecMbJobs {
    /// How far one tag is from the next.
    static final int TAG_SLOT_BYTES = 32;

    private static final long KEY = 0;
    private static final long KEY_LENGTH = 16;
    private static final long INPUT = 24;
    private static final long OUTPUT = 32;
    private static final long CIPHER_LENGTH = 48;
    private static final long HASH_LENGTH = 64;
    private static final long IV = 72;
    private static final long IV_LENGTH = 80;
    private static final long TAG = 88;
    private static final long TAG_LENGTH = 96;
    private static final long INNER = 104;
    private static final long OUTER = 112;
    private static final long CIPHER_MODE = 132;
    private static final long DIRECTION = 136;
    private static final long HASH = 140;
    private static final int COUNTER_MODE = 2;
    private static final int ENCRYPT = 1;
    private static final int HMAC_SHA1 = 1;
    private static final int KEY_BYTES = 16;
    private static final int ALIGNMENT = 64;

    private final int jobBytes = IpsecMbManager.jobBytes();
    private final MemorySegment jobs;
    private final MemorySegment tags;

    IpsecMbJobs(int count) {
        var arena = Arena.ofAuto();
        jobs = arena.allocate((long) count * jobBytes, ALIGNMENT);
        tags = arena.allocate((long) count * TAG_SLOT_BYTES, ALIGNMENT);
        for (var i = 0; i < count; i++) {
            var at = at(i);
            jobs.set(JAVA_LONG, at + KEY_LENGTH, KEY_BYTES);
            jobs.set(JAVA_LONG, at + IV_LENGTH, CounterModeScratch.IV_BYTES);
            jobs.set(JAVA_LONG, at + TAG, tags.address() + tagAt(i));
            jobs.set(JAVA_LONG, at + TAG_LENGTH, CounterModeScratch.WHOLE_TAG_BYTES);
            jobs.set(JAVA_INT, at + CIPHER_MODE, COUNTER_MODE);
            jobs.set(JAVA_INT, at + DIRECTION, ENCRYPT);
            jobs.set(JAVA_INT, at + HASH, HMAC_SHA1);
        }
    }

    private long at(int job) {
        return (long) job * jobBytes;
    }

    /// Makes `job` encrypt `bytes` bytes.
    void encrypt(int job, long key, long output, long input, long bytes, long iv) {
        var at = at(job);
        jobs.set(JAVA_LONG, at + KEY, key);
        jobs.set(JAVA_LONG, at + INPUT, input);
        jobs.set(JAVA_LONG, at + OUTPUT, output);
        jobs.set(JAVA_LONG, at + CIPHER_LENGTH, bytes);
        jobs.set(JAVA_LONG, at + IV, iv);
    }

    /// Makes `job` compute the tag of `bytes` bytes.
    ///
    /// @param inner the state of HMAC-SHA1 that has taken in the inner pad, in 20 bytes; `outer`
    ///   likewise
    void authenticate(int job, long message, long bytes, long inner, long outer) {
        var at = at(job);
        jobs.set(JAVA_LONG, at + INPUT, message);
        jobs.set(JAVA_LONG, at + HASH_LENGTH, bytes);
        jobs.set(JAVA_LONG, at + INNER, inner);
        jobs.set(JAVA_LONG, at + OUTER, outer);
    }

    /// Where `job` lies; the next ones behind it.
    long address(int job) {
        return jobs.address() + at(job);
    }

    /// Where the tags lie that were computed.
    MemorySegment tags() {
        return tags;
    }

    /// Where among those that of `job` is.
    static long tagAt(int job) {
        return (long) job * TAG_SLOT_BYTES;
    }
}
