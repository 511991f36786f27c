// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Secrets;
import io.portunus.signalling.janus.Api;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.Operator;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.media.SignallingLoop;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin API: takes requests of operators about the server, a session or a handle, and answers
/// each exactly once. Confined to the signalling loop.
public final class AdminApi implements Api {
    /// The WebSocket sub-protocol.
    public static final String PROTOCOL = "janus-admin-protocol";

    /// How many requests one connection may make each second, in the long run.
    static final int REQUESTS_PER_SECOND = 200;

    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);

    private final String secret;
    private final SignallingLoop loop;
    private final Operator operator;
    private final ServerRequests server;
    private final SessionRequests sessions;

    /// @param secret which every request but `info` and `ping` has to name
    /// @param controls what operators may see and change besides sessions
    public AdminApi(String secret, SignallingLoop loop, Operator operator, Controls controls) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("the admin API needs a secret");
        }
        this.secret = secret;
        this.loop = loop;
        this.operator = operator;
        server = new ServerRequests(operator, controls, new Lookups(loop));
        sessions = new SessionRequests(operator);
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public boolean isAdmin() {
        return true;
    }

    @Override
    public RequestBudget newBudget() {
        return new RequestBudget(REQUESTS_PER_SECOND, loop.nowNanos());
    }

    @Override
    public void onMessage(Client client, String text) {
        List<ObjectNode> requests;
        try {
            checkDebt(client);
            requests = RequestReader.read(text);
        } catch (ApiRefusal refusal) {
            refuse(client, 0, refusal);
            return;
        }
        for (var request : requests) {
            onRequest(client, request);
        }
    }

    /// Handles the single request of a message whose carrier says by itself what it is about.
    ///
    /// @param session which session, 0 for none
    /// @param handle which handle, 0 for none
    void onRequest(Client client, String text, long session, long handle) {
        ObjectNode request;
        try {
            checkDebt(client);
            request = RequestReader.single(text);
            RequestReader.address(request, session, handle);
        } catch (ApiRefusal refusal) {
            refuse(client, session, refusal);
            return;
        }
        onRequest(client, request);
    }

    @Override
    public void onTransport(Client client, Supplier<ObjectNode> data) {
        operator.monitor().transport(client.transport(), client.connection(), data);
    }

    @Override
    public void onClosed(Client client) {
        // Operators own nothing that would have to end.
    }

    private void onRequest(Client client, ObjectNode body) {
        var session = RequestReader.lenientId(body, "session_id");
        var handle = RequestReader.lenientId(body, "handle_id");
        String transaction = null;
        try {
            var affordable = client.budget().take(loop.nowNanos());
            var named = RequestReader.text(body, "transaction");
            transaction = named;
            if (!affordable) {
                throw tooMany(client);
            }
            var spoken = RequestReader.text(body, "janus");
            RequestReader.checkId(body, "session_id");
            RequestReader.checkId(body, "handle_id");
            var request =
                    new AdminRequest(
                            client,
                            body,
                            spoken.toLowerCase(Locale.ROOT),
                            spoken,
                            named,
                            session,
                            handle);
            var reply = handle(request);
            if (reply != null) {
                request.answer(reply);
            }
        } catch (ApiRefusal refusal) {
            client.send(refusal.error().reply(session, transaction).toString());
        } catch (RuntimeException fault) {
            LOG.error("a request of an operator failed", fault);
            client.send(ApiError.internal().reply(session, transaction).toString());
        }
    }

    /// @return the answer, or null where it follows later
    private @Nullable ObjectNode handle(AdminRequest request) {
        var asksForLittle =
                request.isAboutServer()
                        && (request.verb().equals("info") || request.verb().equals("ping"));
        if (!asksForLittle) {
            authorize(request.body());
        }
        if (request.isAboutServer()) {
            return server.handle(request);
        }
        return sessions.handle(request);
    }

    private void authorize(ObjectNode body) {
        var given = body.path("admin_secret").textValue();
        if (given == null || !Secrets.equal(given, secret)) {
            throw new ApiRefusal(ApiError.unauthorized());
        }
    }

    private void checkDebt(Client client) {
        if (client.budget().isInDebt(loop.nowNanos())) {
            throw tooMany(client);
        }
    }

    private void refuse(Client client, long session, ApiRefusal refusal) {
        client.budget().take(loop.nowNanos());
        client.send(refusal.error().reply(session, null).toString());
    }

    private static ApiRefusal tooMany(Client client) {
        return new ApiRefusal(ApiError.tooManyRequests(client.budget().perSecond()));
    }
}
