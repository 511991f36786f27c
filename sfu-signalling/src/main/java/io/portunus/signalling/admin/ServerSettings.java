// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.Operator;
import io.portunus.signalling.janus.RequestReader;
import java.util.LinkedHashMap;
import java.util.Map;

/// The settings that operators may change while the server runs. Those that this server has no use
/// for are taken, told again, and change nothing. Confined to the signalling loop.
final class ServerSettings {
    /// What happens is logged, and not why.
    static final int USUAL_LOG_LEVEL = 4;

    private static final int MAX_LOG_LEVEL = 7;

    /// As `info` tells it too.
    private static final int USUAL_NACK_QUEUE_MILLIS = 200;

    private final Operator operator;
    private final Controls controls;
    private final Map<String, Boolean> idleFlags = new LinkedHashMap<>();
    private int nackQueueMillis = USUAL_NACK_QUEUE_MILLIS;

    ServerSettings(Operator operator, Controls controls) {
        this.operator = operator;
        this.controls = controls;
        idleFlags.put("log_timestamps", true);
        idleFlags.put("log_colors", false);
        idleFlags.put("locking_debug", false);
        idleFlags.put("refcount_debug", false);
        idleFlags.put("nack-optimizations", true);
    }

    ObjectNode handle(AdminRequest request) {
        var body = request.body();
        return switch (request.verb()) {
            case "get_status" -> {
                ObjectNode reply = request.success();
                yield reply.set("status", status());
            }
            case "set_session_timeout" -> {
                var seconds = RequestReader.number(body, "timeout", 0);
                operator.sessionTimeoutSeconds(seconds);
                yield request.success().put("timeout", seconds);
            }
            case "set_log_level" -> {
                var level = level(body);
                controls.log().level(level);
                yield request.success().put("level", level);
            }
            case "set_no_media_timer" -> {
                var seconds = RequestReader.number(body, "no_media_timer", 0);
                controls.links().noMediaSeconds(seconds);
                yield request.success().put("no_media_timer", seconds);
            }
            case "set_slowlink_threshold" -> {
                var packets = RequestReader.number(body, "slowlink_threshold", 0);
                controls.links().slowLinkPackets(packets);
                yield request.success().put("slowlink_threshold", packets);
            }
            case "set_min_nack_queue" -> {
                nackQueueMillis = RequestReader.number(body, "min_nack_queue", 0);
                yield request.success().put("min_nack_queue", nackQueueMillis);
            }
            case "set_log_timestamps" -> idle(request, "timestamps", "log_timestamps");
            case "set_log_colors" -> idle(request, "colors", "log_colors");
            case "set_locking_debug" -> idle(request, "debug", "locking_debug");
            case "set_refcount_debug" -> idle(request, "debug", "refcount_debug");
            case "set_nack_optimizations" ->
                    idle(request, "nack_optimizations", "nack-optimizations");
            default -> throw new ApiRefusal(ApiError.wrongPath(request.spoken()));
        };
    }

    /// The log level that a request names.
    static int level(ObjectNode body) {
        var level = RequestReader.number(body, "level", 0);
        if (level > MAX_LOG_LEVEL) {
            throw new ApiRefusal(
                    ApiError.invalidType("level", "an integer between 0 and " + MAX_LOG_LEVEL));
        }
        return level;
    }

    private ObjectNode status() {
        var status =
                RequestReader.newObject()
                        .put("token_auth", operator.storedTokens() != null)
                        .put("session_timeout", operator.sessionTimeoutSeconds())
                        .put("reclaim_session_timeout", operator.timeouts().reclaim())
                        .put("candidates_timeout", operator.timeouts().candidates())
                        .put("log_level", controls.log().level());
        idleFlags.forEach(status::put);
        return status.put("min_nack_queue", nackQueueMillis)
                .put("no_media_timer", controls.links().noMediaSeconds())
                .put("slowlink_threshold", controls.links().slowLinkPackets());
    }

    private ObjectNode idle(AdminRequest request, String given, String told) {
        var on = RequestReader.flag(request.body(), given);
        idleFlags.put(told, on);
        return request.success().put(told, on);
    }
}
