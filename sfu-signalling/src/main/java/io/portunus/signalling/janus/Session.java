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
    /// In [#timeoutSeconds]: what holds for all sessions.
    static final int USUAL_TIMEOUT = -1;

    private final long id;
    private final Map<Long, AttachedHandle> handles = new LinkedHashMap<>();
    private final KeptEvents kept;
    private final Deque<String> held = new ArrayDeque<>();
    private @Nullable Client client;
    private long lastActivityNanos;
    private long lostAtNanos;
    private int timeoutSeconds = USUAL_TIMEOUT;
    private int replying;
    private boolean alive = true;

    /// @param keeping what all sessions share to keep events in
    Session(long id, Client client, KeptEvents.Room keeping, long nowNanos) {
        this.id = id;
        this.client = client;
        kept = new KeptEvents(keeping);
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

    /// After how long without a request it ends: seconds, 0 for never, or [#USUAL_TIMEOUT].
    int timeoutSeconds() {
        return timeoutSeconds;
    }

    void timeoutSeconds(int seconds) {
        timeoutSeconds = seconds;
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
        if (client != null) {
            client.undelivered().forEach(kept::add);
        }
        client = null;
        lostAtNanos = nowNanos;
    }

    boolean isLost() {
        return client == null;
    }

    long lostAtNanos() {
        return lostAtNanos;
    }

    /// Whether events are missing that were to be kept, so that it cannot be claimed any more.
    boolean hasOverflown() {
        return kept.hasOverflown();
    }

    /// Moves the session to `claimant`, which gets what was kept once its reply is out.
    void claim(Client claimant) {
        if (client != null) {
            held.addAll(client.undelivered());
        }
        client = claimant;
        held.addAll(kept.take());
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
            held.add(event.toString());
        } else {
            deliver(event.toString());
        }
    }

    /// Nothing more is said to the client.
    void end() {
        alive = false;
        held.clear();
        kept.clear();
    }

    /// A connection that is closed, although nobody has said so yet, is as good as none.
    private void deliver(String event) {
        var owner = client;
        if (owner != null && kept.isEmpty() && owner.isOpen()) {
            owner.send(event);
        } else {
            kept.add(event);
        }
    }
}
