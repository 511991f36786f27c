// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds by a local ufrag, as its bytes lie in a STUN message, whom it was given to. Anybody may
/// send us ufrags, so looking one up makes no object. Holds a bounded number of them. Confined to
/// its media loop.
///
/// Chains in an array of buckets; a random key is mixed in.
///
/// @param <T> who has ufrags
final class UfragTable<T> {
    /// RFC 8839 §5.4.
    private static final int MAX_UFRAG_BYTES = 256;

    private static final class Entry {
        private final byte[] ufrag;
        private final Object owner;
        private @Nullable Entry next;

        Entry(byte[] ufrag, Object owner, @Nullable Entry next) {
            this.ufrag = ufrag;
            this.owner = owner;
            this.next = next;
        }
    }

    private final @Nullable Entry[] buckets;
    private final int mask;
    private final int capacity;
    private final int key;
    private int size;

    /// @param capacity how many ufrags it takes at most
    /// @param key any random number
    UfragTable(int capacity, int key) {
        buckets = new Entry[Integer.highestOneBit(capacity) << 1];
        mask = buckets.length - 1;
        this.capacity = capacity;
        this.key = key;
    }

    /// Whom the `length` bytes at `offset` were given to, or null.
    @Nullable T find(MemorySegment memory, long offset, int length) {
        if (length > MAX_UFRAG_BYTES) {
            return null;
        }
        var hash = key;
        for (var i = 0; i < length; i++) {
            hash = mix(hash, memory.get(ValueLayout.JAVA_BYTE, offset + i));
        }
        for (var entry = buckets[hash & mask]; entry != null; entry = entry.next) {
            if (isAt(entry.ufrag, memory, offset, length)) {
                return ownerOf(entry);
            }
        }
        return null;
    }

    private static boolean isAt(byte[] ufrag, MemorySegment memory, long offset, int length) {
        if (ufrag.length != length) {
            return false;
        }
        for (var i = 0; i < length; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, offset + i) != ufrag[i]) {
                return false;
            }
        }
        return true;
    }

    /// False, and nothing changes, when somebody has it already, when it is too long or when the
    /// table is full.
    boolean add(String ufrag, T owner) {
        var bytes = ufrag.getBytes(StandardCharsets.UTF_8);
        var taken = find(MemorySegment.ofArray(bytes), 0, bytes.length) != null;
        if (taken || bytes.length == 0 || bytes.length > MAX_UFRAG_BYTES || size == capacity) {
            return false;
        }
        var bucket = bucketOf(bytes);
        buckets[bucket] = new Entry(bytes, owner, buckets[bucket]);
        size++;
        return true;
    }

    void remove(String ufrag) {
        var bytes = ufrag.getBytes(StandardCharsets.UTF_8);
        removeFrom(bucketOf(bytes), bytes, null);
    }

    /// Forgets all that `owner` has; looks at every bucket.
    void removeAllOf(T owner) {
        for (var bucket = 0; bucket < buckets.length; bucket++) {
            removeFrom(bucket, null, owner);
        }
    }

    /// Takes out the entries with this ufrag or this owner.
    private void removeFrom(int bucket, byte @Nullable [] ufrag, @Nullable T owner) {
        Entry kept = null;
        for (var entry = buckets[bucket]; entry != null; ) {
            var next = entry.next;
            if (Arrays.equals(entry.ufrag, ufrag) || entry.owner.equals(owner)) {
                size--;
            } else {
                entry.next = kept;
                kept = entry;
            }
            entry = next;
        }
        buckets[bucket] = kept;
    }

    int size() {
        return size;
    }

    private int bucketOf(byte[] ufrag) {
        var hash = key;
        for (var b : ufrag) {
            hash = mix(hash, b);
        }
        return hash & mask;
    }

    private static int mix(int hash, byte next) {
        var mixed = (hash ^ next) * 0x0100_0193;
        return mixed ^ mixed >>> 15;
    }

    @SuppressWarnings("unchecked") // add() stores nothing else there.
    private T ownerOf(Entry entry) {
        return (T) entry.owner;
    }
}
