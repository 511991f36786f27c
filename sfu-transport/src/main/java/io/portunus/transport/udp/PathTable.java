// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds by socket, remote address and port who a datagram is from. Looking up makes no object.
/// Holds a bounded number of paths. Confined to its media loop.
///
/// Open addressing with linear probing over an array that is at most half full; removing closes the
/// gap, so that no markers pile up. A random key is mixed in, so that nobody can choose addresses
/// that crowd together.
///
/// @param <T> whose paths these are
public final class PathTable<T> {
    private final @Nullable Path[] paths;
    private final @Nullable Object[] owners;
    private final int mask;
    private final int capacity;
    private final long key;
    private int size;

    /// @param capacity how many paths it takes at most
    /// @param key any random number
    public PathTable(int capacity, long key) {
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException("a path table of " + capacity);
        }
        var slots = Integer.highestOneBit(capacity * 2 - 1) << 1;
        paths = new Path[slots];
        owners = new Object[slots];
        mask = slots - 1;
        this.capacity = capacity;
        this.key = key;
    }

    /// The place of the path that `datagram` came by, for [#owner] and [#path]; -1 for an unknown
    /// address. Holds until the table changes.
    public int find(Datagram datagram) {
        var slot =
                slotOf(
                        datagram.socket(),
                        datagram.addressHigh(),
                        datagram.addressLow(),
                        datagram.port());
        return paths[slot] == null ? -1 : slot;
    }

    /// Whose path lies at a place that was found.
    public T owner(int place) {
        return ownerAt(place);
    }

    /// The path at a place that was found.
    public Path path(int place) {
        return Objects.requireNonNull(paths[place]);
    }

    /// Whose `path` is, or null.
    public @Nullable T ownerOf(Path path) {
        var slot = slotOf(path);
        return paths[slot] == null ? null : ownerAt(slot);
    }

    /// From now on `path` is `owner`'s, whosever it was. False, and nothing changes, when the table
    /// is full.
    public boolean put(Path path, T owner) {
        var slot = slotOf(path);
        if (paths[slot] == null) {
            if (size == capacity) {
                return false;
            }
            size++;
        }
        paths[slot] = path;
        owners[slot] = owner;
        return true;
    }

    /// Forgets `path` if it is `owner`'s.
    public void remove(Path path, T owner) {
        var slot = slotOf(path);
        if (paths[slot] != null && ownerAt(slot).equals(owner)) {
            size--;
            closeGap(slot);
        }
    }

    /// Forgets all paths of `owner`; looks at the whole table.
    public void removeAllOf(T owner) {
        // Closing a gap can bring a path round the end to a slot that was looked at: look again.
        int before;
        do {
            before = size;
            for (var slot = 0; slot <= mask; slot++) {
                while (paths[slot] != null && ownerAt(slot).equals(owner)) {
                    size--;
                    closeGap(slot);
                }
            }
        } while (size != before);
    }

    public int size() {
        return size;
    }

    /// How many slots the least lucky path is away from its own.
    int longestProbe() {
        var longest = 0;
        for (var slot = 0; slot <= mask; slot++) {
            var path = paths[slot];
            if (path != null) {
                var home = home(path.addressHigh(), path.addressLow(), path.port());
                longest = Math.max(longest, (slot - home) & mask);
            }
        }
        return longest;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // put() stores a T wherever it stores a path.
    private T ownerAt(int slot) {
        return (T) owners[slot];
    }

    private int slotOf(Path path) {
        return slotOf(path.socket(), path.addressHigh(), path.addressLow(), path.port());
    }

    /// The slot that holds the path, or the empty one where it would go.
    private int slotOf(MediaSocket socket, long addressHigh, long addressLow, int port) {
        var slot = home(addressHigh, addressLow, port);
        while (true) {
            var path = paths[slot];
            if (path == null
                    || (path.addressLow() == addressLow
                            && path.port() == port
                            && path.addressHigh() == addressHigh
                            && path.socket().equals(socket))) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    private int home(long addressHigh, long addressLow, int port) {
        return (int) Path.hash(key, addressHigh, addressLow, port) & mask;
    }

    /// Moves up whatever was pushed past `gap` (Knuth, volume 3, 6.4, algorithm R).
    private void closeGap(int gap) {
        var slot = gap;
        while (true) {
            slot = (slot + 1) & mask;
            var path = paths[slot];
            if (path == null) {
                break;
            }
            var home = home(path.addressHigh(), path.addressLow(), path.port());
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                paths[gap] = path;
                owners[gap] = owners[slot];
                gap = slot;
            }
        }
        paths[gap] = null;
        owners[gap] = null;
    }
}
