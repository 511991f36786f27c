// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.media.SignallingLoop;
import java.util.List;
import java.util.Map;

/// Carries the API over HTTP: each request to the gateway with its answer behind it, and each long
/// poll to the events of its session. Thread-safe.
public final class RestApi implements HttpApi {
    static final String TRANSPORT = "janus.transport.http";

    /// How much longer than a poll its connection waits, before it is taken for stuck.
    private static final int POLL_MARGIN_SECONDS = 10;

    private final Gateway gateway;
    private final SignallingLoop loop;
    private final RestSettings settings;
    private final Cors cors;
    private final RestCounters counters = new RestCounters();

    public RestApi(Gateway gateway, SignallingLoop loop, RestSettings settings) {
        this.gateway = gateway;
        this.loop = loop;
        this.settings = settings;
        cors = new Cors(settings.allowOrigin(), settings.enforceCors());
    }

    @Override
    public RequestBudget newBudget() {
        return gateway.newBudget();
    }

    @Override
    public Cors cors() {
        return cors;
    }

    public RestCounters counters() {
        return counters;
    }

    @Override
    public boolean takes(String path) {
        return RestPath.isBelow(settings.basePath(), path);
    }

    @Override
    public void onRequest(RestRequest request, Exchange exchange) {
        if (!request.mayUse()) {
            exchange.answer(RestAnswer.FORBIDDEN);
            return;
        }
        switch (request.method()) {
            case "OPTIONS" -> exchange.answer(RestAnswer.EMPTY);
            case "GET" -> get(request, exchange);
            case "POST" -> post(request, exchange);
            default -> exchange.answer(RestAnswer.unsupported(request.method(), settings.json()));
        }
    }

    @Override
    public boolean onAborted(Exchange exchange, boolean silent) {
        return loop.execute(() -> {
            if (exchange.audience() instanceof Mailbox mailbox) {
                mailbox.onAborted(exchange, silent);
            }
        });
    }

    private void get(RestRequest request, Exchange exchange) {
        switch (path(request)) {
            case RestPath.Question(var verb) ->
                    hand(
                            exchange,
                            () ->
                                    gateway.onMessage(
                                            carrier(request, exchange, 0), Questions.ask(verb)));
            case RestPath.Session(var id) -> poll(request, exchange, id);
            case RestPath.Handle(var session, _) ->
                    exchange.answer(RestAnswer.moved(settings.basePath() + "/" + session));
            case RestPath.Base _, RestPath.Nowhere _ -> exchange.answer(RestAnswer.NOT_FOUND);
        }
    }

    private void post(RestRequest request, Exchange exchange) {
        switch (path(request)) {
            case RestPath.Question _ -> exchange.answer(RestAnswer.BAD_REQUEST);
            case RestPath.Base _ -> message(request, exchange, 0, 0);
            case RestPath.Session(var id) -> message(request, exchange, id, 0);
            case RestPath.Handle(var session, var id) -> message(request, exchange, session, id);
            case RestPath.Nowhere _ -> exchange.answer(RestAnswer.NOT_FOUND);
        }
    }

    private RestPath path(RestRequest request) {
        return RestPath.parse(settings.basePath(), new QueryStringDecoder(request.uri()).rawPath());
    }

    private void message(RestRequest request, Exchange exchange, long session, long handle) {
        if (request.body().isEmpty()) {
            exchange.drop();
            return;
        }
        hand(
                exchange,
                () -> {
                    var carrier = carrier(request, exchange, session);
                    gateway.onTransport(carrier, carrier::described);
                    gateway.onRequest(carrier, request.body(), session, handle);
                });
    }

    private void poll(RestRequest request, Exchange exchange, long session) {
        var query = query(request.uri());
        var most = most(query.getOrDefault("maxev", List.of("1")).getFirst());
        var credentials = JsonNodeFactory.instance.objectNode();
        for (var name : new String[] {"apisecret", "token"}) {
            var given = query.get(name);
            if (given != null) {
                credentials.put(name, given.getFirst());
            }
        }
        exchange.mayTake(settings.pollSeconds() + POLL_MARGIN_SECONDS);
        hand(
                exchange,
                () -> {
                    var claimant = newMailbox(request);
                    switch (gateway.onPoll(session, credentials, claimant)) {
                        case Gateway.Poll.Unauthorized() -> exchange.answer(RestAnswer.FORBIDDEN);
                        case Gateway.Poll.NoSuchSession() -> exchange.answer(RestAnswer.NOT_FOUND);
                        case Gateway.Poll.Owned(Mailbox mailbox) -> wait(mailbox, exchange, most);
                        case Gateway.Poll.Owned _ -> exchange.answer(RestAnswer.NOT_FOUND);
                    }
                });
    }

    private void wait(Mailbox mailbox, Exchange exchange, int most) {
        exchange.audience(mailbox);
        counters.opened();
        mailbox.poll(exchange, most, counters::answered);
    }

    /// Gives a task to the signalling loop, which may have too much to do already.
    private void hand(Exchange exchange, Runnable task) {
        if (!loop.offer(task)) {
            exchange.answer(RestAnswer.OVERLOADED);
        }
    }

    private Carrier carrier(RestRequest request, Exchange exchange, long session) {
        return new Carrier(
                exchange,
                request.from(),
                settings.json(),
                () -> {
                    // A claim of what it owns already leaves everything where it is.
                    var owner = gateway.ownerOf(session);
                    return owner instanceof Mailbox mailbox ? mailbox : newMailbox(request);
                });
    }

    private Mailbox newMailbox(RestRequest request) {
        return new Mailbox(gateway, loop, settings, counters, request.from());
    }

    private static Map<String, List<String>> query(String uri) {
        try {
            return new QueryStringDecoder(uri).parameters();
        } catch (IllegalArgumentException _) {
            // Escapes that mean nothing; the rest of the address does.
            return Map.of();
        }
    }

    private static int most(String text) {
        try {
            return Math.clamp(Long.parseLong(text), 1, Mailbox.MAX_EVENTS);
        } catch (NumberFormatException _) {
            return 1;
        }
    }
}
