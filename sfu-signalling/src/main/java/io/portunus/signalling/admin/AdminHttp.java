// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.janus.RequestBudget;
import io.portunus.signalling.media.SignallingLoop;
import io.portunus.signalling.rest.Cors;
import io.portunus.signalling.rest.Exchange;
import io.portunus.signalling.rest.HttpApi;
import io.portunus.signalling.rest.Questions;
import io.portunus.signalling.rest.RestAnswer;
import io.portunus.signalling.rest.RestPath;
import io.portunus.signalling.rest.RestRequest;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/// Carries the admin API over HTTP: each request is a POST with its answer behind it. Thread-safe.
public final class AdminHttp implements HttpApi {
    private static final String TRANSPORT = "janus.transport.http";

    private final AdminApi api;
    private final SignallingLoop loop;
    private final String basePath;
    private final Cors cors;
    private final JsonStyle style;

    /// @param basePath below which it is spoken, such as `/admin`
    public AdminHttp(
            AdminApi api, SignallingLoop loop, String basePath, Cors cors, JsonStyle style) {
        this.api = api;
        this.loop = loop;
        this.basePath = basePath;
        this.cors = cors;
        this.style = style;
    }

    @Override
    public boolean takes(String path) {
        return RestPath.isBelow(basePath, path);
    }

    @Override
    public Cors cors() {
        return cors;
    }

    @Override
    public RequestBudget newBudget() {
        return api.newBudget();
    }

    @Override
    public void onRequest(RestRequest request, Exchange exchange) {
        if (!request.mayUse()) {
            exchange.answer(RestAnswer.FORBIDDEN);
            return;
        }
        var path = RestPath.parse(basePath, new QueryStringDecoder(request.uri()).rawPath());
        switch (request.method()) {
            case "OPTIONS" -> exchange.answer(RestAnswer.EMPTY);
            case "GET" -> {
                if (path instanceof RestPath.Question(var verb)) {
                    take(request, exchange, Questions.ask(verb), 0, 0);
                } else {
                    exchange.answer(RestAnswer.NOT_FOUND);
                }
            }
            case "POST" -> {
                switch (path) {
                    case RestPath.Base _ -> take(request, exchange, request.body(), 0, 0);
                    case RestPath.Session(var id) -> take(request, exchange, request.body(), id, 0);
                    case RestPath.Handle(var session, var id) ->
                            take(request, exchange, request.body(), session, id);
                    case RestPath.Question _ -> exchange.answer(RestAnswer.BAD_REQUEST);
                    case RestPath.Nowhere _ -> exchange.answer(RestAnswer.NOT_FOUND);
                }
            }
            default -> exchange.answer(RestAnswer.unsupported(request.method(), style));
        }
    }

    @Override
    public boolean onAborted(Exchange exchange, boolean silent) {
        return true;
    }

    private void take(
            RestRequest request, Exchange exchange, String body, long session, long handle) {
        if (body.isEmpty()) {
            exchange.drop();
            return;
        }
        var carrier = new OneRequest(exchange, request.from(), style);
        var taken =
                loop.offer(() -> {
                    api.onTransport(carrier, carrier::described);
                    api.onRequest(carrier, body, session, handle);
                });
        if (!taken) {
            exchange.answer(RestAnswer.OVERLOADED);
        }
    }

    /// An operator for the time of one HTTP request. Confined to the signalling loop.
    private static final class OneRequest implements Client {
        private final Exchange exchange;
        private final InetSocketAddress from;
        private final JsonStyle style;

        OneRequest(Exchange exchange, InetSocketAddress from, JsonStyle style) {
            this.exchange = exchange;
            this.from = from;
            this.style = style;
        }

        @Override
        public void send(String json) {
            exchange.answer(RestAnswer.json(style.of(json)));
        }

        @Override
        public RequestBudget budget() {
            return exchange.budget();
        }

        @Override
        public void probe(int waitMillis, Consumer<Boolean> answer) {
            answer.accept(exchange.isOpen());
        }

        @Override
        public String transport() {
            return TRANSPORT;
        }

        @Override
        public String remote() {
            return String.valueOf(from);
        }

        ObjectNode described() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("event", "request")
                    .put("admin_api", true)
                    .put("ip", from.getHostString())
                    .put("port", from.getPort());
        }
    }
}
