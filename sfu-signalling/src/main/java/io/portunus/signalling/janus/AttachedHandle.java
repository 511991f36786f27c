// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LocalTransport;
import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.auth.RoomRole;
import io.portunus.signalling.events.HandleMonitor;
import io.portunus.signalling.events.Subject;
import io.portunus.signalling.sdp.SdpParser;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One attachment of a session to a plugin. Confined to the signalling loop.
final class AttachedHandle implements Handle {
    private final long id;
    private final Session session;
    private final Plugin plugin;
    private final @Nullable String opaqueId;
    private final @Nullable String token;
    private final long createdAtNanos;
    private final NegotiationLog negotiation;
    private final HandleMonitor monitor;
    private final Authenticator authenticator;
    private final boolean namesOpaqueId;
    private final @Nullable ServerTrickle trickle;
    private @Nullable PluginSession pluginSession;
    private Grant grant;
    private boolean attached = true;
    private boolean offered;

    /// @param token of the request that attaches it, where tokens are asked for
    /// @param grant of the same
    AttachedHandle(
            long id,
            Session session,
            Plugin plugin,
            @Nullable String opaqueId,
            @Nullable String token,
            Grant grant,
            HandleContext context,
            long nowNanos) {
        this.id = id;
        this.session = session;
        this.plugin = plugin;
        this.opaqueId = opaqueId;
        this.token = token;
        createdAtNanos = nowNanos;
        negotiation = new NegotiationLog(context.descriptions());
        this.grant = grant;
        monitor = context.monitor().of(new Subject(session.id(), id, opaqueId));
        authenticator = context.authenticator();
        namesOpaqueId = context.opaqueIdInApi();
        trickle = context.fullTrickle() ? new ServerTrickle() : null;
    }

    /// The plugin's side; made right after the handle itself.
    PluginSession pluginSession() {
        if (pluginSession == null) {
            throw new IllegalStateException("the plugin is still attaching");
        }
        return pluginSession;
    }

    void pluginSession(PluginSession pluginSession) {
        this.pluginSession = pluginSession;
    }

    @Nullable String token() {
        return token;
    }

    long createdAtNanos() {
        return createdAtNanos;
    }

    NegotiationLog negotiation() {
        return negotiation;
    }

    Plugin plugin() {
        return plugin;
    }

    /// A request about it is to be handled.
    void onRequest(Grant granted) {
        grant = granted;
    }

    /// A description has come from the client.
    ///
    /// @throws ApiRefusal where it answers what was never offered, or cannot be read
    void onDescription(Jsep jsep) {
        if (!jsep.isOffer() && !offered) {
            throw new ApiRefusal(ApiError.unexpectedAnswer());
        }
        if (SdpParser.parse(jsep.sdp()) instanceof SdpParser.Outcome.Refused(var reason)) {
            throw new ApiRefusal(ApiError.invalidSdp(reason));
        }
        negotiation.received(jsep);
        monitor.remoteJsep(jsep.type(), jsep.sdp());
        if (trickle != null) {
            trickle.onDescription(jsep);
        }
    }

    /// Adds what names it to a message about it, behind `session_id` and `transaction`.
    void putNames(ObjectNode message) {
        message.put("sender", id);
        if (namesOpaqueId && opaqueId != null) {
            message.put("opaque_id", opaqueId);
        }
    }

    /// Releases the plugin's side; nothing is pushed any more.
    void detach() {
        attached = false;
        negotiation.forget();
        pluginSession().onDetached();
        monitor.detached(plugin.name());
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public long sessionId() {
        return session.id();
    }

    @Override
    public @Nullable String opaqueId() {
        return opaqueId;
    }

    @Override
    public boolean isAlive() {
        return attached && session.isAlive();
    }

    @Override
    public void push(@Nullable String transaction, ObjectNode data, @Nullable Jsep jsep) {
        if (!isAlive()) {
            return;
        }
        var event = envelope("event", transaction);
        var pluginData = event.putObject("plugindata");
        pluginData.put("plugin", plugin.name());
        pluginData.set("data", data);
        if (jsep != null) {
            offered |= jsep.isOffer();
            negotiation.sent(jsep);
            monitor.localJsep(jsep.type(), jsep.sdp());
            var node = event.putObject("jsep").put("type", jsep.type()).put("sdp", jsep.sdp());
            if (jsep.e2ee()) {
                node.put("e2ee", true);
            }
        }
        session.send(event);
        if (jsep != null && trickle != null) {
            trickle.candidatesBehind(
                    jsep,
                    candidate -> notify("trickle", fields -> fields.set("candidate", candidate)));
        }
    }

    @Override
    public void notify(String kind, Consumer<ObjectNode> fields) {
        if (!isAlive()) {
            return;
        }
        var event = envelope(kind, null);
        fields.accept(event);
        session.send(event);
    }

    @Override
    public Grant grant() {
        return grant;
    }

    @Override
    public boolean admits(String token, RoomRole role, String room) {
        return authenticator.admits(token, plugin.name(), role, room);
    }

    @Override
    public LocalTransport describe(LocalTransport local) {
        return trickle == null ? local : trickle.describe(local);
    }

    @Override
    public HandleMonitor monitor() {
        return monitor;
    }

    @Override
    public void probe(int waitMillis, Consumer<Boolean> answer) {
        var client = session.client();
        if (!isAlive() || client == null) {
            answer.accept(false);
        } else {
            client.probe(waitMillis, answer);
        }
    }

    private ObjectNode envelope(String kind, @Nullable String transaction) {
        var event = RequestReader.newObject().put("janus", kind).put("session_id", session.id());
        if (transaction != null) {
            event.put("transaction", transaction);
        }
        putNames(event);
        return event;
    }
}
