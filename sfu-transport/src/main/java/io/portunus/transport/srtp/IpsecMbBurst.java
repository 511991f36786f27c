// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The packets of one media loop, of whatever subscribers, that are encrypted and wait for their
/// tags, which ipsec-mb computes for sixteen packets in the time of two. Confined to that loop.
///
/// All that waits lies in one segment: the loop's egress memory. When there is no room for more,
/// what waits is completed.
final class IpsecMbBurst {
    /// How many packets wait at most.
    static final int CAPACITY = 128;

    /// How many packets the widest registers hash abreast.
    private static final int LANES = 16;

    /// So many of them take longer one by one, with SHA instructions, than sixteen abreast.
    private static final int WORTH_LANES = 7;

    private final IpsecMbManager many;
    private final IpsecMbManager few;
    private final boolean splits;
    private final IpsecMbJobs jobs = new IpsecMbJobs(CAPACITY);
    private final long[] tagOffsets = new long[CAPACITY];

    /// The keys of those that wait, which must not be freed before.
    private final @Nullable MemorySegment[] keys = new MemorySegment[CAPACITY];

    /// Where those that wait lie.
    private MemorySegment memory = MemorySegment.NULL;

    private int waiting;

    /// @param wide computes many tags
    /// @param narrow computes one or two
    IpsecMbBurst(IpsecMbManager wide, IpsecMbManager narrow) {
        var sha = narrow.hasShaInstructions();
        // Two packets by SHA instructions are as fast as eight abreast in narrower registers.
        many = sha && !wide.isWidest() ? narrow : wide;
        few = sha ? narrow : wide;
        splits = sha && wide.isWidest();
    }

    /// Adds the packet of `job`, encrypted, of which `bytes` bytes at `message` are to be
    /// authenticated.
    ///
    /// @param key which has the states of HMAC-SHA1 at `inner` and `outer`
    void add(SrtpJob job, long message, int bytes, MemorySegment key, long inner, long outer) {
        if (waiting == CAPACITY || !memory.equals(job.packet)) {
            complete();
            memory = job.packet;
        }
        jobs.authenticate(waiting, message, bytes, inner, outer);
        tagOffsets[waiting] = job.tagOffset;
        keys[waiting] = key;
        waiting++;
    }

    /// Writes the tags of all that wait. Where their memory is gone meanwhile they need none.
    void complete() {
        var count = waiting;
        if (count == 0) {
            return;
        }
        waiting = 0;
        if (memory.scope().isAlive()) {
            authenticate(count);
            for (var i = 0; i < count; i++) {
                CounterModeScratch.writeTag(
                        jobs.tags(), IpsecMbJobs.tagAt(i), memory, tagOffsets[i]);
            }
        }
        Arrays.fill(keys, 0, count, null);
        memory = MemorySegment.NULL;
    }

    private void authenticate(int count) {
        var rest = splits ? count % LANES : 0;
        var abreast = rest >= WORTH_LANES ? count : count - rest;
        try {
            if (abreast > 0) {
                many.authenticate(jobs.address(0), abreast);
            }
            if (abreast < count) {
                few.authenticate(jobs.address(abreast), count - abreast);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
