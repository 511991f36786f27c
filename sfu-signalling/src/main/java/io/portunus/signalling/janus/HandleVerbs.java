// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.events.EventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the verbs about one handle do. Confined to the signalling loop.
final class HandleVerbs {
    private static final Logger LOG = LoggerFactory.getLogger(HandleVerbs.class);

    private final Sessions sessions;

    HandleVerbs(Sessions sessions) {
        this.sessions = sessions;
    }

    ObjectNode detach(Request request) {
        var handle = request.needsHandle();
        // Clients expect the reply before the notification; the session holds the latter back.
        handle.notify("detached", _ -> {});
        sessions.detach(request.session(), handle);
        return request.reply("success");
    }

    ObjectNode hangup(Request request) {
        request.needsHandle().pluginSession().onHangupAsked(PeerEnd.HANGUP_ASKED);
        return request.reply("success");
    }

    ObjectNode message(Request request) {
        var handle = request.needsHandle();
        var body = request.body().get("body");
        if (body == null || body.isNull()) {
            throw new ApiRefusal(ApiError.missing("body"));
        }
        if (!(body instanceof ObjectNode object)) {
            throw new ApiRefusal(ApiError.invalidType("body", "an object"));
        }
        var jsep = JsepReader.read(request.body());
        if (jsep != null) {
            handle.onDescription(jsep);
        }
        handle.onRequest(request.grant());
        return switch (send(handle, request.transaction(), object, jsep)) {
            case PluginSession.Result.Done(var data) -> {
                var reply = request.reply("success");
                handle.putNames(reply);
                var pluginData = reply.putObject("plugindata");
                pluginData.put("plugin", handle.plugin().name());
                pluginData.set("data", data);
                yield reply;
            }
            case PluginSession.Result.Accepted() -> request.reply("ack");
            case PluginSession.Result.Failed(var code, var reason) ->
                    throw new ApiRefusal(new ApiError(code, reason));
        };
    }

    private static PluginSession.Result send(
            AttachedHandle handle, String transaction, ObjectNode body, @Nullable Jsep jsep) {
        try {
            return handle.pluginSession().onMessage(transaction, body, jsep);
        } catch (RuntimeException fault) {
            // A fault of a plugin in one request must not end the loop that serves all the others.
            LOG.error(
                    "session {}: a message to handle {} failed",
                    handle.sessionId(),
                    handle.id(),
                    fault);
            throw new ApiRefusal(ApiError.notHandled(handle.plugin().name()));
        }
    }

    ObjectNode trickle(Request request) {
        var handle = request.needsHandle();
        TrickleReader.check(request.body());
        var candidates = TrickleReader.candidates(request.body());
        handle.negotiation().trickled(candidates, TrickleReader.isEnd(request.body()));
        if (handle.monitor().wants(EventType.WEBRTC)) {
            candidates.forEach(handle.monitor()::remoteCandidate);
        }
        return request.reply("ack");
    }
}
