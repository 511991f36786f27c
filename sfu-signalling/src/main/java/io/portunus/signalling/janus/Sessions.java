// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.media.SignallingLoop;
import java.time.Duration;
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

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final GatewaySettings settings;
    private final SignallingLoop loop;
    private final HandleContext context;
    private final RequestMeter meter;
    private final Map<Long, Session> byId = new HashMap<>();
    private final Map<Client, Set<Session>> byClient = new HashMap<>();
    private final Map<Object, Integer> byGuest = new HashMap<>();
    private final KeptEvents.Room keeping = new KeptEvents.Room();
    private int handles;
    private int timeoutSeconds;

    Sessions(
            GatewaySettings settings,
            SignallingLoop loop,
            HandleContext context,
            RequestMeter meter) {
        this.settings = settings;
        this.loop = loop;
        this.context = context;
        this.meter = meter;
        timeoutSeconds = settings.timeouts().session();
    }

    int count() {
        return byId.size();
    }

    int handles() {
        return handles;
    }

    /// After how many seconds without a request a session ends; 0 for never.
    int timeoutSeconds() {
        return timeoutSeconds;
    }

    void timeoutSeconds(int seconds) {
        timeoutSeconds = seconds;
    }

    List<Session> all() {
        return List.copyOf(byId.values());
    }

    @Nullable Session find(long id) {
        var session = byId.get(id);
        if (session != null && session.hasOverflown()) {
            end(session, SessionEnd.TOO_MANY_EVENTS);
            return null;
        }
        return session;
    }

    /// @param wanted the id that the client chose, or 0 for any
    Session create(long wanted, Client client) {
        if (byId.size() >= MAX_SESSIONS) {
            throw new ApiRefusal(ApiError.limit("sessions"));
        }
        if (byGuest.getOrDefault(client.guest(), 0) >= settings.limits().sessionsPerConnection()) {
            throw new ApiRefusal(ApiError.limit("sessions of one connection"));
        }
        if (byId.containsKey(wanted)) {
            throw new ApiRefusal(ApiError.sessionExists());
        }
        var id = wanted;
        while (id == 0 || byId.containsKey(id)) {
            id = Ids.next();
        }
        var session = new Session(id, client, keeping, loop.nowNanos());
        byId.put(id, session);
        own(client, session);
        LOG.info("session {} created by {}", id, client.remote());
        context.monitor().sessionCreated(id, client.transport(), client.connection());
        return session;
    }

    /// @param token of the request that attaches it
    /// @param grant of the same
    AttachedHandle attach(
            Session session,
            Plugin plugin,
            @Nullable String opaqueId,
            @Nullable String token,
            Grant grant) {
        if (session.handles().size() >= settings.limits().handlesPerSession()) {
            throw new ApiRefusal(ApiError.limit("handles of one session"));
        }
        var id = Ids.next();
        while (session.handles().containsKey(id)) {
            id = Ids.next();
        }
        var known = context.authenticator().asksForToken() ? token : null;
        var handle =
                new AttachedHandle(
                        id, session, plugin, opaqueId, known, grant, context, loop.nowNanos());
        handle.pluginSession(attach(plugin, handle));
        session.handles().put(id, handle);
        handles++;
        LOG.info("session {}: handle {} attached to {}", session.id(), id, plugin.name());
        handle.monitor().attached(plugin.name(), known);
        return handle;
    }

    private static PluginSession attach(Plugin plugin, AttachedHandle handle) {
        try {
            return plugin.attach(handle);
        } catch (RuntimeException fault) {
            LOG.error("session {}: {} failed to attach", handle.sessionId(), plugin.name(), fault);
            throw new ApiRefusal(ApiError.notAttached(plugin.name()));
        }
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
        if (claimant.equals(owner)) {
            return;
        }
        if (owner != null) {
            disown(owner, session);
            owner.onSessionClaimed(session.id());
        }
        own(claimant, session);
        session.claim(claimant);
        LOG.info("session {} claimed by {}", session.id(), claimant.remote());
    }

    /// Ends the session without a word to its client.
    void end(Session session, SessionEnd reason) {
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
        LOG.info("session {} ended: {}", session.id(), reason.explanation());
        meter.onSessionEnded(reason);
        context.monitor().sessionEnded(session.id(), reason.isTimeOut());
        if (owner != null) {
            owner.onSessionEnded(session.id());
        }
    }

    void endAll(SessionEnd reason) {
        for (var session : all()) {
            end(session, reason);
        }
    }

    void endAllOf(Client client, SessionEnd reason) {
        for (var session : List.copyOf(byClient.getOrDefault(client, Set.of()))) {
            end(session, reason);
        }
    }

    void onClientLost(Client client) {
        var owned = byClient.remove(client);
        if (owned == null) {
            return;
        }
        uncount(client, owned.size());
        for (var session : List.copyOf(owned)) {
            session.onClientLost(loop.nowNanos());
            if (settings.timeouts().reclaim() == 0) {
                end(session, SessionEnd.CONNECTION_CLOSED);
            } else {
                LOG.info("session {} is without a connection and may be claimed", session.id());
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

    /// Without a connection it is the time for a claim that counts, from when it was lost.
    private void expire(long nowNanos) {
        for (var session : all()) {
            if (session.hasOverflown()) {
                end(session, SessionEnd.TOO_MANY_EVENTS);
            } else if (session.isLost()) {
                if (isOver(session.lostAtNanos(), settings.timeouts().reclaim(), nowNanos)) {
                    end(session, SessionEnd.NOT_RECLAIMED);
                }
            } else if (timeoutOf(session) > 0
                    && isOver(session.lastActivityNanos(), timeoutOf(session), nowNanos)) {
                timeOut(session);
            }
        }
    }

    /// After how long without a request it ends: seconds, 0 for never.
    int timeoutOf(Session session) {
        var own = session.timeoutSeconds();
        return own == Session.USUAL_TIMEOUT ? timeoutSeconds : own;
    }

    private static boolean isOver(long sinceNanos, int seconds, long nowNanos) {
        return nowNanos - sinceNanos >= Duration.ofSeconds(seconds).toNanos();
    }

    /// Its handles go first, then its client is told, then it is gone.
    private void timeOut(Session session) {
        for (var handle : List.copyOf(session.handles().values())) {
            handle.notify("detached", _ -> {});
            detach(session, handle);
        }
        session.send(
                RequestReader.newObject().put("janus", "timeout").put("session_id", session.id()));
        end(session, SessionEnd.TIMED_OUT);
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
        byGuest.merge(client.guest(), 1, Integer::sum);
    }

    private void uncount(Client client, int count) {
        byGuest.computeIfPresent(client.guest(), (_, all) -> all > count ? all - count : null);
    }

    private void disown(Client client, Session session) {
        var owned = byClient.get(client);
        if (owned == null || !owned.remove(session)) {
            return;
        }
        uncount(client, 1);
        if (owned.isEmpty()) {
            byClient.remove(client);
        }
    }
}
