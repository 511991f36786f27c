// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.janus.RequestBudget;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A client for the time of one HTTP request: its one answer goes where the request came from; a
/// session that it creates or claims belongs to a [Mailbox]. Confined to the signalling loop.
final class Carrier implements Client {
    private final Exchange exchange;
    private final InetSocketAddress from;
    private final JsonStyle style;
    private final Supplier<Mailbox> owner;

    Carrier(Exchange exchange, InetSocketAddress from, JsonStyle style, Supplier<Mailbox> owner) {
        this.exchange = exchange;
        this.from = from;
        this.style = style;
        this.owner = owner;
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
    public Client owner() {
        return owner.get();
    }

    @Override
    public void probe(int waitMillis, Consumer<Boolean> answer) {
        answer.accept(exchange.isOpen());
    }

    @Override
    public String transport() {
        return RestApi.TRANSPORT;
    }

    @Override
    public String remote() {
        return String.valueOf(from);
    }

    /// For operators: that the request came.
    ObjectNode described() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("event", "request")
                .put("admin_api", false)
                .put("ip", from.getHostString())
                .put("port", from.getPort());
    }
}
