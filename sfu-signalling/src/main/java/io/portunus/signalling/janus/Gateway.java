// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.media.SignallingLoop;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The core API: takes requests of clients, checks them in the API's own order, and answers.
/// Confined to the signalling loop.
public final class Gateway {
    /// How often sessions are looked at for a time-out.
    static final Duration WATCH_PERIOD = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final Set<String> VERBS =
            Set.of(
                    "info",
                    "ping",
                    "create",
                    "claim",
                    "keepalive",
                    "attach",
                    "detach",
                    "destroy",
                    "hangup",
                    "message",
                    "trickle");

    /// The signal of an orderly stop, SIGTERM; which one it really was, the JVM does not tell.
    private static final int TERMINATED = 15;

    private final GatewaySettings settings;
    private final SignallingLoop loop;
    private final RequestMeter meter;
    private final Monitor monitor;
    private final Sessions sessions;
    private final ServerInfo info;
    private final Verbs verbs;
    private boolean accepting = true;

    /// @param meter counts requests
    public Gateway(
            GatewaySettings settings,
            SignallingLoop loop,
            List<? extends Plugin> plugins,
            RequestMeter meter) {
        this(settings, loop, plugins, meter, Monitor.OFF);
    }

    /// @param meter counts requests
    /// @param monitor is told what happens to sessions and handles
    public Gateway(
            GatewaySettings settings,
            SignallingLoop loop,
            List<? extends Plugin> plugins,
            RequestMeter meter,
            Monitor monitor) {
        this.settings = settings;
        this.loop = loop;
        this.meter = meter;
        this.monitor = monitor;
        sessions = new Sessions(settings, loop, monitor);
        info = new ServerInfo(settings, plugins, monitor.isOn());
        verbs = new Verbs(sessions, plugins);
    }

    /// Begins to watch for sessions that time out.
    public void start() {
        sessions.watch();
        monitor.started(() -> info.body(accepting));
    }

    /// Handles everything in one message of `client`.
    public void onMessage(Client client, String text) {
        List<ObjectNode> requests;
        try {
            requests = RequestReader.read(text);
        } catch (ApiRefusal refusal) {
            meter.onRequest("other", refusal.error().code());
            client.send(failure(0, null, refusal.error()).toString());
            return;
        }
        for (var request : requests) {
            onRequest(client, request);
        }
    }

    /// For operators: a client's connection has begun or ended, or has brought an HTTP request.
    ///
    /// @param data what is told of it, with `event`: `connected`, `disconnected` or `request`
    public void onTransport(Client client, Supplier<ObjectNode> data) {
        monitor.transport(client.transport(), client.connection(), data);
    }

    /// Where what happens is told to operators.
    public Monitor monitor() {
        return monitor;
    }

    /// The client's connection has ended: so do its sessions, unless they may be reclaimed.
    public void onClosed(Client client) {
        sessions.onClientLost(client);
    }

    /// Whether `create` is answered with a session; if not, with 472.
    public void accepting(boolean on) {
        accepting = on;
        monitor.updated(() -> info.body(accepting));
    }

    /// Ends all sessions, because the server stops.
    public void stop() {
        accepting = false;
        sessions.endAll("the server stops");
        monitor.stopping(TERMINATED);
    }

    public int sessions() {
        return sessions.count();
    }

    public int handles() {
        return sessions.handles();
    }

    private void onRequest(Client client, ObjectNode request) {
        // A request that lacks its own name is answered without it.
        String transaction = null;
        var sessionId = RequestReader.lenientId(request, "session_id");
        var verb = "other";
        var code = 0;
        Session session = null;
        try {
            var named = RequestReader.text(request, "transaction");
            var spoken = RequestReader.text(request, "janus");
            transaction = named;
            verb = spoken.toLowerCase(Locale.ROOT);
            checkId(request);
            if (sessionId == 0 && RequestReader.lenientId(request, "handle_id") == 0) {
                client.send(withoutSession(client, request, verb, spoken, named).toString());
            } else {
                authorize(request);
                session = sessions.find(sessionId);
                if (session == null) {
                    throw new ApiRefusal(ApiError.noSuchSession(sessionId));
                }
                session.touch(loop.nowNanos());
                session.beginReply();
                client.send(inSession(client, session, request, verb, spoken, named).toString());
            }
        } catch (ApiRefusal refusal) {
            code = refusal.error().code();
            client.send(failure(sessionId, transaction, refusal.error()).toString());
        } catch (RuntimeException fault) {
            // A fault of ours in one request must not end the loop that serves all the others.
            code = 490;
            LOG.error("session {}: a '{}' request failed", sessionId, verb, fault);
            client.send(
                    failure(sessionId, transaction, new ApiError(490, "Internal error"))
                            .toString());
        } finally {
            if (session != null) {
                session.endReply();
                sessions.afterReply(session);
            }
            meter.onRequest(VERBS.contains(verb) ? verb : "other", code);
        }
    }

    private ObjectNode withoutSession(
            Client client, ObjectNode request, String verb, String spoken, String transaction) {
        return switch (verb) {
            case "info" -> info.reply(transaction, accepting);
            case "ping" ->
                    RequestReader.newObject().put("janus", "pong").put("transaction", transaction);
            case "create" -> {
                authorize(request);
                yield create(client, request, transaction);
            }
            default -> throw new ApiRefusal(ApiError.wrongPath(spoken));
        };
    }

    private ObjectNode create(Client client, ObjectNode request, String transaction) {
        if (!accepting) {
            throw new ApiRefusal(ApiError.notAccepting());
        }
        var wanted = RequestReader.lenientId(request, "id");
        var session = sessions.create(wanted, client);
        // Clients drop a reply that names a session they don't know yet, so it names none.
        var reply =
                RequestReader.newObject().put("janus", "success").put("transaction", transaction);
        reply.putObject("data").put("id", session.id());
        return reply;
    }

    private ObjectNode inSession(
            Client client,
            Session session,
            ObjectNode request,
            String verb,
            String spoken,
            String transaction) {
        var handleNode = request.get("handle_id");
        AttachedHandle handle = null;
        if (handleNode != null && !handleNode.isNull()) {
            var id = RequestReader.lenientId(request, "handle_id");
            handle = session.handles().get(id);
            if (handle == null) {
                throw new ApiRefusal(ApiError.noSuchHandle(id, session.id()));
            }
        }
        return verbs.handle(
                verb, new Request(client, session, handle, request, spoken, transaction));
    }

    private static void checkId(ObjectNode request) {
        var id = request.get("id");
        if (id != null
                && !(id.isIntegralNumber()
                        && id.canConvertToLong()
                        && id.asLong() >= 0
                        && id.asLong() <= Ids.MAX)) {
            throw new ApiRefusal(ApiError.invalidType("id", "a positive integer"));
        }
    }

    private void authorize(ObjectNode request) {
        if (settings.apiSecret().isEmpty()) {
            return;
        }
        var given = request.path("apisecret");
        var expected = settings.apiSecret().getBytes(StandardCharsets.UTF_8);
        if (!given.isTextual()
                || !MessageDigest.isEqual(
                        given.asText().getBytes(StandardCharsets.UTF_8), expected)) {
            throw new ApiRefusal(ApiError.unauthorized());
        }
    }

    private static ObjectNode failure(
            long sessionId, @Nullable String transaction, ApiError error) {
        var reply = RequestReader.newObject().put("janus", "error");
        if (sessionId != 0) {
            reply.put("session_id", sessionId);
        }
        if (transaction != null) {
            reply.put("transaction", transaction);
        }
        reply.putObject("error").put("code", error.code()).put("reason", error.reason());
        return reply;
    }
}
