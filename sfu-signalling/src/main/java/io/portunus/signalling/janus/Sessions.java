// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.events.Subject;
import io.portunus.signalling.media.SignallingLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All sessions: their beginning and every way in which they end. Confined to the signalling loop.
final class Sessions {
    static final int MAX_SESSIONS = 100_000;
    static final int MAX_SESSIONS_PER_CLIENT = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final GatewaySettings settings;
    private final SignallingLoop loop;
    private final Monitor monitor;
    private final Map<Long, Session> byId = new HashMap<>();
    private final Map<Client, Set<Session>> byClient = new HashMap<>();
    private int handles;

    Sessions(GatewaySettings settings, SignallingLoop loop, Monitor monitor) {
        this.settings = settings;
        this.loop = loop;
        this.monitor = monitor;
    }

    int count() {
        return byId.size();
    }

    int handles() {
        return handles;
    }

    @Nullable Session find(long id) {
        return byId.get(id);
    }

    /// @param wanted the id that the client chose, or 0 for any
    Session create(long wanted, Client client) {
        if (byId.size() >= MAX_SESSIONS) {
            throw new ApiRefusal(ApiError.limit("sessions"));
        }
        if (byClient.getOrDefault(client, Set.of()).size() >= MAX_SESSIONS_PER_CLIENT) {
            throw new ApiRefusal(ApiError.limit("sessions of one connection"));
        }
        if (byId.containsKey(wanted)) {
            throw new ApiRefusal(ApiError.sessionExists());
        }
        var id = wanted;
        while (id == 0 || byId.containsKey(id)) {
            id = Ids.next();
        }
        var session = new Session(id, client, loop.nowNanos());
        byId.put(id, session);
        own(client, session);
        LOG.info("session {} created by {}", id, client.remote());
        monitor.sessionCreated(id, client.transport(), client.connection());
        return session;
    }

    AttachedHandle attach(Session session, Plugin plugin, @Nullable String opaqueId) {
        if (session.handles().size() >= Session.MAX_HANDLES) {
            throw new ApiRefusal(ApiError.limit("handles of one session"));
        }
        var id = Ids.next();
        while (session.handles().containsKey(id)) {
            id = Ids.next();
        }
        var subject = new Subject(session.id(), id, opaqueId);
        var handle = new AttachedHandle(id, session, plugin, opaqueId, monitor.of(subject));
        handle.pluginSession(plugin.attach(handle));
        session.handles().put(id, handle);
        handles++;
        LOG.info("session {}: handle {} attached to {}", session.id(), id, plugin.name());
        handle.monitor().attached(plugin.name(), null);
        return handle;
    }

    void detach(Session session, AttachedHandle handle) {
        if (session.handles().remove(handle.id()) != null) {
            handles--;
            release(session, handle);
            LOG.info("session {}: handle {} detached", session.id(), handle.id());
        }
    }

    void claim(Session session, Client claimant) {
        var owner = session.client();
        if (owner != null) {
            disown(owner, session);
        }
        own(claimant, session);
        session.claim(claimant);
        LOG.info("session {} claimed by {}", session.id(), claimant.remote());
    }

    /// Ends the session without a word to its client.
    void end(Session session, String reason) {
        end(session, reason, false);
    }

    private void end(Session session, String reason, boolean timedOut) {
        if (byId.remove(session.id()) == null) {
            return;
        }
        var owner = session.client();
        if (owner != null) {
            disown(owner, session);
        }
        session.end();
        for (var handle : List.copyOf(session.handles().values())) {
            detach(session, handle);
        }
        LOG.info("session {} ended: {}", session.id(), reason);
        monitor.sessionEnded(session.id(), timedOut);
    }

    void endAll(String reason) {
        for (var session : List.copyOf(byId.values())) {
            end(session, reason);
        }
    }

    void onClientLost(Client client) {
        var owned = byClient.remove(client);
        if (owned == null) {
            return;
        }
        for (var session : List.copyOf(owned)) {
            session.onClientLost(loop.nowNanos());
            if (settings.reclaimSessionTimeoutSeconds() == 0) {
                end(session, "its connection was closed");
            }
        }
    }

    void afterReply(Session session) {
        if (!session.isAlive()) {
            byId.remove(session.id(), session);
        }
    }

    void watch() {
        loop.schedule(
                Gateway.WATCH_PERIOD,
                () -> {
                    expire(loop.nowNanos());
                    watch();
                });
    }

    private void expire(long nowNanos) {
        var timeout = Duration.ofSeconds(settings.sessionTimeoutSeconds()).toNanos();
        var reclaim = Duration.ofSeconds(settings.reclaimSessionTimeoutSeconds()).toNanos();
        for (var session : new ArrayList<>(byId.values())) {
            if (session.isLost() && nowNanos - session.lostAtNanos() >= reclaim) {
                end(session, "nobody claimed it after its connection was lost", true);
            } else if (timeout > 0 && nowNanos - session.lastActivityNanos() >= timeout) {
                timeOut(session);
            }
        }
    }

    /// Its handles go first, then its client is told, then it is gone.
    private void timeOut(Session session) {
        for (var handle : List.copyOf(session.handles().values())) {
            handle.notify("detached", _ -> {});
            detach(session, handle);
        }
        session.send(
                RequestReader.newObject().put("janus", "timeout").put("session_id", session.id()));
        end(session, "timed out", true);
    }

    private void release(Session session, AttachedHandle handle) {
        try {
            handle.detach();
        } catch (RuntimeException fault) {
            LOG.error(
                    "session {}: the plugin failed to release handle {}",
                    session.id(),
                    handle.id(),
                    fault);
        }
    }

    private void own(Client client, Session session) {
        byClient.computeIfAbsent(client, _ -> new LinkedHashSet<>()).add(session);
    }

    private void disown(Client client, Session session) {
        var owned = byClient.get(client);
        if (owned != null && owned.remove(session) && owned.isEmpty()) {
            byClient.remove(client);
        }
    }
}
