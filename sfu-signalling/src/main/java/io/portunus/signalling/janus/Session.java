// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One client's session: its handles, and the connection its events go to. Confined to the
/// signalling loop.
final class Session {
    static final int MAX_HANDLES = 256;

    /// The most events that are kept for a client whose connection was lost.
    static final int MAX_KEPT_EVENTS = 1_000;

    private final long id;
    private final Map<Long, AttachedHandle> handles = new LinkedHashMap<>();
    private final Deque<ObjectNode> kept = new ArrayDeque<>();
    private final Deque<ObjectNode> held = new ArrayDeque<>();
    private @Nullable Client client;
    private long lastActivityNanos;
    private long lostAtNanos;
    private int replying;
    private boolean alive = true;

    Session(long id, Client client, long nowNanos) {
        this.id = id;
        this.client = client;
        lastActivityNanos = nowNanos;
    }

    long id() {
        return id;
    }

    boolean isAlive() {
        return alive;
    }

    void touch(long nowNanos) {
        lastActivityNanos = nowNanos;
    }

    long lastActivityNanos() {
        return lastActivityNanos;
    }

    /// The connection that owns the session; null while it is lost.
    @Nullable Client client() {
        return client;
    }

    Map<Long, AttachedHandle> handles() {
        return handles;
    }

    /// From now on events are kept until somebody claims the session.
    void onClientLost(long nowNanos) {
        client = null;
        lostAtNanos = nowNanos;
    }

    boolean isLost() {
        return client == null;
    }

    long lostAtNanos() {
        return lostAtNanos;
    }

    /// Moves the session to `claimant`, which gets what was kept once its reply is out.
    void claim(Client claimant) {
        client = claimant;
        held.addAll(kept);
        kept.clear();
    }

    /// A request of this session is being handled: what is said meanwhile goes out behind the
    /// reply, so that an `ack` always comes before the event that it announces.
    void beginReply() {
        replying++;
    }

    /// The reply is out.
    void endReply() {
        replying--;
        while (replying == 0 && !held.isEmpty()) {
            deliver(held.remove());
        }
    }

    /// Sends an event, or keeps it in order until it can be sent.
    void send(ObjectNode event) {
        if (!alive) {
            return;
        }
        if (replying > 0) {
            held.add(event);
        } else {
            deliver(event);
        }
    }

    /// Nothing more is said to the client.
    void end() {
        alive = false;
        held.clear();
        kept.clear();
    }

    private void deliver(ObjectNode event) {
        var owner = client;
        if (owner != null) {
            owner.send(event.toString());
        } else if (kept.size() < MAX_KEPT_EVENTS) {
            kept.add(event);
        }
    }
}
