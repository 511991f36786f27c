// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What each verb within a session does, those of a session here and those of a handle by
/// [HandleVerbs]. Confined to the signalling loop.
final class Verbs {
    private final Sessions sessions;
    private final Map<String, Plugin> plugins = new LinkedHashMap<>();
    private final HandleVerbs handleVerbs;

    Verbs(Sessions sessions, List<? extends Plugin> plugins) {
        this.sessions = sessions;
        for (var plugin : plugins) {
            this.plugins.put(plugin.name(), plugin);
        }
        handleVerbs = new HandleVerbs(sessions);
    }

    /// @param verb in lower case
    ObjectNode handle(String verb, Request request) {
        return switch (verb) {
            case "keepalive" -> request.reply("ack");
            case "claim" -> claim(request);
            case "attach" -> attach(request);
            case "destroy" -> destroy(request);
            case "detach" -> handleVerbs.detach(request);
            case "hangup" -> handleVerbs.hangup(request);
            case "message" -> handleVerbs.message(request);
            case "trickle" -> handleVerbs.trickle(request);
            default -> throw new ApiRefusal(ApiError.unknownRequest(request.verb()));
        };
    }

    /// The plugin with this package name, or null.
    @Nullable Plugin plugin(String name) {
        return plugins.get(name);
    }

    Set<String> plugins() {
        return Set.copyOf(plugins.keySet());
    }

    private ObjectNode claim(Request request) {
        sessions.claim(request.session(), request.client().owner());
        return request.reply("success");
    }

    private ObjectNode attach(Request request) {
        request.withoutHandle();
        var name = RequestReader.text(request.body(), "plugin");
        var opaqueId = RequestReader.optionalText(request.body(), "opaque_id");
        var index = request.body().get("loop_index");
        if (index != null && !index.isNull() && !(index.isInt() && index.asInt() >= 0)) {
            throw new ApiRefusal(ApiError.invalidType("loop_index", "a positive integer"));
        }
        var plugin = plugins.get(name);
        if (plugin == null) {
            throw new ApiRefusal(ApiError.noSuchPlugin(name));
        }
        if (!request.grant().allowsPlugin(name)) {
            throw new ApiRefusal(ApiError.pluginForbidden(name));
        }
        var token = RequestReader.credentials(request.body()).token();
        var handle = sessions.attach(request.session(), plugin, opaqueId, token, request.grant());
        var reply = request.reply("success");
        reply.putObject("data").put("id", handle.id());
        return reply;
    }

    private ObjectNode destroy(Request request) {
        request.withoutHandle();
        sessions.end(request.session(), SessionEnd.DESTROYED);
        return request.reply("success");
    }
}
