// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.time.Wakeup;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connections of one room. Confined to its media loop.
final class Connections {
    /// The most connections of one room; each participant may have several.
    static final int MAX_CONNECTIONS = 20_000;

    private final RoomGauges gauges;
    private final Map<PeerId, Connection> connections = new LinkedHashMap<>();
    private final Wakeup wakeup;

    /// The same ones in no order, to be walked often and fast.
    private Connection[] array = new Connection[4];

    private int count;

    /// @param wakeup lowered by each peer of these that wants to be woken
    Connections(RoomGauges gauges, Wakeup wakeup) {
        this.gauges = gauges;
        this.wakeup = wakeup;
    }

    boolean mayAdd(PeerId id) {
        return connections.size() < MAX_CONNECTIONS && !connections.containsKey(id);
    }

    void add(Connection connection) {
        connections.put(connection.id(), connection);
        if (count == array.length) {
            array = Arrays.copyOf(array, 2 * count);
        }
        array[count++] = connection;
        gauges.add(RoomGauges.Gauge.PEERS, 1);
    }

    /// One that something may be asked of: null where it is on its way out.
    @Nullable Connection find(PeerId id) {
        var connection = connections.get(id);
        return connection == null || connection.isClosing() ? null : connection;
    }

    /// One that the transport has not reported closed.
    @Nullable Connection findEvenClosing(PeerId id) {
        return connections.get(id);
    }

    void remove(Connection connection) {
        if (connections.remove(connection.id(), connection)) {
            removeFromArray(connection);
            gauges.add(RoomGauges.Gauge.PEERS, -1);
        }
    }

    private void removeFromArray(Connection connection) {
        for (var i = 0; i < count; i++) {
            if (array[i] == connection) {
                array[i] = array[--count];
                // Behind `count` nothing is read, but what has ended should not be held on to.
                Arrays.fill(array, count, count + 1, null);
                return;
            }
        }
    }

    long nextDeadlineNanos() {
        return wakeup.nextNanos();
    }

    long nextOpportunityNanos() {
        return wakeup.opportunityNanos();
    }

    /// Wakes the peers that are due, or may be woken. One that is due again at once waits for the
    /// next call.
    void onDeadline(long nowNanos) {
        wakeup.clear();
        for (var i = 0; i < count; i++) {
            var connection = array[i];
            if (!connection.isClosing()) {
                var peer = connection.peer();
                if (peer.nextOpportunityNanos() <= nowNanos) {
                    peer.onDeadline(nowNanos);
                }
                wakeup.at(
                        Math.max(peer.nextOpportunityNanos(), nowNanos + 1),
                        Math.max(peer.nextDeadlineNanos(), nowNanos + 1));
            }
        }
    }

    /// Ends all of them. One that cannot be closed does not keep the others from being closed; its
    /// fault is added to `faults`.
    void closeAll(PeerEnd end, RuntimeException faults) {
        for (var connection : List.copyOf(connections.values())) {
            try {
                connection.close(end);
            } catch (RuntimeException fault) {
                faults.addSuppressed(fault);
            }
        }
    }
}
