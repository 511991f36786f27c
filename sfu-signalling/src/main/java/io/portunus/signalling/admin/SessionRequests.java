// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.HandleFacts;
import io.portunus.signalling.janus.Operator;
import io.portunus.signalling.janus.RequestReader;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The requests about one session or one handle. Confined to the signalling loop.
final class SessionRequests {
    /// What the API has and this server has not; refused in this one place.
    private static final Set<String> NOT_SUPPORTED =
            Set.of("start_pcap", "stop_pcap", "start_text2pcap", "stop_text2pcap");

    private final Operator operator;

    SessionRequests(Operator operator) {
        this.operator = operator;
    }

    /// @return the answer, or null where it follows later
    @Nullable ObjectNode handle(AdminRequest request) {
        var handles = operator.handles(request.session());
        if (handles == null) {
            throw new ApiRefusal(ApiError.noSuchSession(request.session()));
        }
        if (request.handle() == 0) {
            return aboutSession(request, handles);
        }
        var facts = operator.handle(request.session(), request.handle());
        if (facts == null) {
            throw new ApiRefusal(ApiError.noSuchHandle(request.handle(), request.session()));
        }
        return aboutHandle(request, facts);
    }

    private ObjectNode aboutSession(AdminRequest request, List<Long> handles) {
        return switch (request.verb()) {
            case "list_handles" -> {
                var reply = request.success();
                handles.forEach(reply.putArray("handles")::add);
                yield reply;
            }
            case "destroy_session" -> {
                operator.destroySession(request.session());
                yield request.success();
            }
            case "set_session_timeout" -> {
                var seconds = RequestReader.number(request.body(), "timeout", -1);
                operator.sessionTimeoutSeconds(request.session(), seconds);
                yield request.success().put("timeout", seconds);
            }
            default -> throw new ApiRefusal(ApiError.wrongPath(request.spoken()));
        };
    }

    private @Nullable ObjectNode aboutHandle(AdminRequest request, HandleFacts facts) {
        return switch (request.verb()) {
            case "detach_handle" -> {
                operator.detachHandle(request.session(), request.handle());
                yield request.success();
            }
            case "hangup_webrtc" -> {
                operator.hangUp(request.session(), request.handle());
                yield request.success();
            }
            case "handle_info" -> handleInfo(request, facts);
            default -> {
                if (NOT_SUPPORTED.contains(request.verb())) {
                    throw new ApiRefusal(
                            new ApiError(
                                    490,
                                    "Request '" + request.spoken() + "' is not supported yet"));
                }
                throw new ApiRefusal(ApiError.wrongPath(request.spoken()));
            }
        };
    }

    private static @Nullable ObjectNode handleInfo(AdminRequest request, HandleFacts facts) {
        var only = RequestReader.flag(request.body(), "plugin_only", false);
        var info = HandleInfo.begin(facts);
        var connection = facts.pluginSession().connection();
        if (only || connection == null) {
            if (!only) {
                HandleInfo.putConnection(info, facts, null, null);
            }
            return reply(request, info);
        }
        connection.inspect(report -> {
            HandleInfo.putConnection(info, facts, connection.ours(), report);
            request.answer(reply(request, info));
        });
        return null;
    }

    private static ObjectNode reply(AdminRequest request, ObjectNode info) {
        ObjectNode reply = request.success().put("handle_id", request.handle());
        return reply.set("info", info);
    }
}
