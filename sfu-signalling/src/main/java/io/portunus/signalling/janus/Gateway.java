// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.media.SignallingLoop;
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
public final class Gateway implements Api {
    /// The WebSocket sub-protocol of the API.
    public static final String PROTOCOL = "janus-protocol";

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
    private final Authenticator authenticator;
    private final SignallingLoop loop;
    private final RequestMeter meter;
    private final Monitor monitor;
    private final Sessions sessions;
    private final ServerInfo info;
    private final Verbs verbs;
    private final NegotiationLog.Room descriptions = new NegotiationLog.Room();
    private volatile boolean accepting;

    /// One that asks for no credentials and tells nobody.
    ///
    /// @param meter counts requests
    public Gateway(
            GatewaySettings settings,
            SignallingLoop loop,
            List<? extends Plugin> plugins,
            RequestMeter meter) {
        this(settings, Authenticator.open(), loop, plugins, meter, Monitor.OFF);
    }

    /// @param meter counts requests
    /// @param monitor is told what happens to sessions and handles
    public Gateway(
            GatewaySettings settings,
            Authenticator authenticator,
            SignallingLoop loop,
            List<? extends Plugin> plugins,
            RequestMeter meter,
            Monitor monitor) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.loop = loop;
        this.meter = meter;
        this.monitor = monitor;
        accepting = settings.acceptNewSessions();
        var context =
                new HandleContext(
                        authenticator,
                        monitor,
                        settings.opaqueIdInApi(),
                        settings.fullTrickle(),
                        descriptions);
        sessions = new Sessions(settings, loop, context, meter);
        info = new ServerInfo(settings, authenticator, plugins, monitor.isOn());
        verbs = new Verbs(sessions, plugins);
    }

    /// Begins to watch for sessions that time out.
    public void start() {
        sessions.watch();
        monitor.started(this::infoBody);
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public boolean isAdmin() {
        return false;
    }

    @Override
    public RequestBudget newBudget() {
        return new RequestBudget(settings.limits().requestsPerSecond(), loop.nowNanos());
    }

    @Override
    public void onMessage(Client client, String text) {
        List<ObjectNode> requests;
        try {
            if (client.budget().isInDebt(loop.nowNanos())) {
                throw tooMany(client);
            }
            requests = RequestReader.read(text);
        } catch (ApiRefusal refusal) {
            client.budget().take(loop.nowNanos());
            refuse(client, 0, null, refusal);
            return;
        }
        for (var request : requests) {
            onRequest(client, request);
        }
    }

    /// Handles the single request of a message whose carrier says by itself what it is for.
    ///
    /// @param sessionId which session the message is addressed to, 0 for none
    /// @param handleId which handle, 0 for none
    public void onRequest(Client client, String text, long sessionId, long handleId) {
        ObjectNode request;
        try {
            if (client.budget().isInDebt(loop.nowNanos())) {
                throw tooMany(client);
            }
            request = RequestReader.single(text);
        } catch (ApiRefusal refusal) {
            client.budget().take(loop.nowNanos());
            refuse(client, 0, null, refusal);
            return;
        }
        try {
            RequestReader.address(request, sessionId, handleId);
        } catch (ApiRefusal refusal) {
            var transaction = request.path("transaction").textValue();
            refuse(client, sessionId, transaction, refusal);
            return;
        }
        onRequest(client, request);
    }

    /// Somebody asks for the events of a session, which counts as a request of it. A session that
    /// waits for its client to come back is `claimant`'s from now on.
    ///
    /// @param credentials `apisecret` and `token`, as far as given
    public Poll onPoll(long sessionId, ObjectNode credentials, Client claimant) {
        try {
            authorize(credentials);
        } catch (ApiRefusal refusal) {
            meter.onRequest("poll", refusal.error().code());
            return new Poll.Unauthorized();
        }
        var session = sessions.find(sessionId);
        if (session == null) {
            meter.onRequest("poll", ApiError.noSuchSession(sessionId).code());
            return new Poll.NoSuchSession();
        }
        meter.onRequest("poll", 0);
        touch(session);
        if (session.isLost()) {
            session.beginReply();
            sessions.claim(session, claimant);
            session.endReply();
        }
        var owner = session.client();
        return owner == null ? new Poll.NoSuchSession() : new Poll.Owned(owner);
    }

    /// What becomes of a question for events.
    public sealed interface Poll {
        /// The session is there, and its events go to `owner`.
        record Owned(Client owner) implements Poll {}

        /// The secret or token is wrong or missing.
        record Unauthorized() implements Poll {}

        /// There is no such session, or not any more.
        record NoSuchSession() implements Poll {}
    }

    /// Who gets the events of a session; null where there is none or nobody gets them.
    public @Nullable Client ownerOf(long sessionId) {
        var session = sessions.find(sessionId);
        return session == null ? null : session.client();
    }

    /// Ends all that `client` owns, whether it might be reclaimed or not.
    public void end(Client client, SessionEnd reason) {
        sessions.endAllOf(client, reason);
    }

    @Override
    public void onTransport(Client client, Supplier<ObjectNode> data) {
        monitor.transport(client.transport(), client.connection(), data);
    }

    /// Where what happens is told to operators.
    public Monitor monitor() {
        return monitor;
    }

    /// The client's sessions end with its connection, unless they may be reclaimed.
    @Override
    public void onClosed(Client client) {
        sessions.onClientLost(client);
    }

    /// Whether `create` is answered with a session; if not, with 472.
    public void accepting(boolean on) {
        accepting = on;
        monitor.updated(this::infoBody);
    }

    /// Whether new sessions are welcome. Thread-safe.
    public boolean isAccepting() {
        return accepting;
    }

    /// What an operator may see and do; from now on what is negotiated is kept for that.
    public Operator operator() {
        descriptions.open();
        return new Operator(this, settings, sessions, verbs, authenticator, loop);
    }

    /// What the `info` verb tells, without the reply around it.
    ObjectNode infoBody() {
        return info.body(accepting, sessions.timeoutSeconds());
    }

    /// Ends all sessions, because the server stops.
    public void stop() {
        accepting = false;
        sessions.endAll(SessionEnd.SERVER_STOPPING);
        monitor.stopping(TERMINATED);
    }

    public int sessions() {
        return sessions.count();
    }

    public int handles() {
        return sessions.handles();
    }

    private void refuse(
            Client client, long sessionId, @Nullable String transaction, ApiRefusal refusal) {
        meter.onRequest("other", refusal.error().code());
        client.send(refusal.error().reply(sessionId, transaction).toString());
    }

    private void touch(Session session) {
        session.touch(loop.nowNanos());
        var owner = session.client();
        if (owner != null) {
            owner.onActivity(session.id());
        }
    }

    private void onRequest(Client client, ObjectNode request) {
        // A request that lacks its own name is answered without it.
        String transaction = null;
        var sessionId = RequestReader.lenientId(request, "session_id");
        var verb = "other";
        var code = 0;
        Session session = null;
        try {
            var affordable = client.budget().take(loop.nowNanos());
            var named = RequestReader.text(request, "transaction");
            transaction = named;
            if (!affordable) {
                throw tooMany(client);
            }
            var spoken = RequestReader.text(request, "janus");
            verb = spoken.toLowerCase(Locale.ROOT);
            checkIds(request);
            if (sessionId == 0 && RequestReader.lenientId(request, "handle_id") == 0) {
                client.send(withoutSession(client, request, verb, spoken, named).toString());
            } else {
                var grant = authorize(request);
                session = sessions.find(sessionId);
                if (session == null) {
                    throw new ApiRefusal(ApiError.noSuchSession(sessionId));
                }
                touch(session);
                session.beginReply();
                var handle = handle(session, request);
                var whole = new Request(client, grant, session, handle, request, spoken, named);
                client.send(verbs.handle(verb, whole).toString());
            }
        } catch (ApiRefusal refusal) {
            code = refusal.error().code();
            client.send(refusal.error().reply(sessionId, transaction).toString());
        } catch (RuntimeException fault) {
            // A fault of ours in one request must not end the loop that serves all the others.
            code = ApiError.internal().code();
            LOG.error("session {}: a '{}' request failed", sessionId, verb, fault);
            client.send(ApiError.internal().reply(sessionId, transaction).toString());
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
            case "info" -> info.reply(transaction, accepting, sessions.timeoutSeconds());
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
        var session = sessions.create(wanted, client.owner());
        // Clients drop a reply that names a session they don't know yet, so it names none.
        var reply =
                RequestReader.newObject().put("janus", "success").put("transaction", transaction);
        reply.putObject("data").put("id", session.id());
        return reply;
    }

    /// The handle that the request names; null where it names none.
    private static @Nullable AttachedHandle handle(Session session, ObjectNode request) {
        var node = request.get("handle_id");
        if (node == null || node.isNull()) {
            return null;
        }
        var id = RequestReader.lenientId(request, "handle_id");
        var handle = session.handles().get(id);
        if (handle == null) {
            throw new ApiRefusal(ApiError.noSuchHandle(id, session.id()));
        }
        return handle;
    }

    private static void checkIds(ObjectNode request) {
        var id = request.get("id");
        if (id != null
                && !(id.isIntegralNumber()
                        && id.canConvertToLong()
                        && id.asLong() >= 0
                        && id.asLong() <= Ids.MAX)) {
            throw new ApiRefusal(ApiError.invalidType("id", "a positive integer"));
        }
        RequestReader.checkId(request, "session_id");
        RequestReader.checkId(request, "handle_id");
    }

    private Grant authorize(ObjectNode request) {
        var grant = authenticator.authenticate(RequestReader.credentials(request));
        if (grant == null) {
            throw new ApiRefusal(ApiError.unauthorized());
        }
        return grant;
    }

    private static ApiRefusal tooMany(Client client) {
        return new ApiRefusal(ApiError.tooManyRequests(client.budget().perSecond()));
    }
}
