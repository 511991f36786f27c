// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.Operator;
import io.portunus.signalling.janus.RequestReader;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests about the server as a whole. Confined to the signalling loop.
final class ServerRequests {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRequests.class);

    private static final int UNKNOWN_ERROR = 490;

    private final Operator operator;
    private final Controls controls;
    private final ServerSettings settings;
    private final TokenRequests tokens;
    private final Lookups lookups;

    ServerRequests(Operator operator, Controls controls, Lookups lookups) {
        this.operator = operator;
        this.controls = controls;
        this.lookups = lookups;
        settings = new ServerSettings(operator, controls);
        tokens = new TokenRequests(operator);
    }

    /// @return the answer, or null where it follows later
    @Nullable ObjectNode handle(AdminRequest request) {
        return switch (request.verb()) {
            case "info" -> info(request);
            case "ping" ->
                    RequestReader.newObject()
                            .put("janus", "pong")
                            .put("transaction", request.transaction());
            case "list_sessions" -> {
                var reply = request.success();
                operator.sessions().forEach(reply.putArray("sessions")::add);
                yield reply;
            }
            case "accept_new_sessions" -> {
                var accept = RequestReader.flag(request.body(), "accept");
                operator.accepting(accept);
                yield request.success().put("accept", accept);
            }
            case "loops_info" -> {
                // Rooms choose their loops themselves, so there are none that clients could name.
                var reply = request.success();
                reply.putArray("loops");
                yield reply;
            }
            case "message_plugin" -> messagePlugin(request);
            case "query_transport" -> query(request, "transport", controls.transports());
            case "query_eventhandler" -> query(request, "handler", controls.eventHandlers());
            case "query_logger" -> query(request, "logger", Map.of());
            case "custom_event" -> customEvent(request);
            case "custom_logline" -> customLogLine(request);
            case "add_token", "allow_token", "disallow_token", "list_tokens", "remove_token" ->
                    tokens.handle(request);
            case "resolve_address" -> {
                lookups.resolve(request);
                yield null;
            }
            case "test_stun" -> {
                lookups.testStun(request);
                yield null;
            }
            default -> settings.handle(request);
        };
    }

    private ObjectNode info(AdminRequest request) {
        ObjectNode reply =
                RequestReader.newObject()
                        .put("janus", "server_info")
                        .put("transaction", request.transaction());
        return reply.setAll(operator.info());
    }

    private ObjectNode messagePlugin(AdminRequest request) {
        var name = RequestReader.text(request.body(), "plugin");
        var message = RequestReader.object(request.body(), "request");
        var plugin = operator.plugin(name);
        if (plugin == null) {
            throw new ApiRefusal(ApiError.noSuchPlugin(name));
        }
        var response = plugin.onOperatorMessage(message);
        if (response == null) {
            throw new ApiRefusal(
                    new ApiError(
                            UNKNOWN_ERROR, "Plugin '" + name + "' takes no messages of operators"));
        }
        ObjectNode reply = request.success();
        return reply.set("response", response);
    }

    private static ObjectNode query(
            AdminRequest request, String what, Map<String, Supplier<ObjectNode>> known) {
        var name = RequestReader.text(request.body(), what);
        RequestReader.object(request.body(), "request");
        var asked = known.get(name);
        if (asked == null) {
            throw new ApiRefusal(new ApiError(460, "No such " + what + " '" + name + "'"));
        }
        ObjectNode reply = request.success();
        return reply.set("response", asked.get());
    }

    private ObjectNode customEvent(AdminRequest request) {
        var schema = RequestReader.text(request.body(), "schema");
        var data = RequestReader.object(request.body(), "data");
        operator.monitor().external(schema, data);
        return request.success();
    }

    private static ObjectNode customLogLine(AdminRequest request) {
        var line = RequestReader.text(request.body(), "line").replaceAll("\\p{Cntrl}", " ");
        var level =
                request.body().hasNonNull("level")
                        ? ServerSettings.level(request.body())
                        : ServerSettings.USUAL_LOG_LEVEL;
        switch (level) {
            case 0, 1, 2 -> LOG.error("operator: {}", line);
            case 3 -> LOG.warn("operator: {}", line);
            case 4 -> LOG.info("operator: {}", line);
            default -> LOG.debug("operator: {}", line);
        }
        return request.success();
    }
}
