// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.events.HandleMonitor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One attachment of a session to a plugin. Confined to the signalling loop.
final class AttachedHandle implements Handle {
    private final long id;
    private final Session session;
    private final Plugin plugin;
    private final @Nullable String opaqueId;
    private final HandleMonitor monitor;
    private @Nullable PluginSession pluginSession;
    private boolean attached = true;

    AttachedHandle(
            long id,
            Session session,
            Plugin plugin,
            @Nullable String opaqueId,
            HandleMonitor monitor) {
        this.id = id;
        this.session = session;
        this.plugin = plugin;
        this.opaqueId = opaqueId;
        this.monitor = monitor;
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

    Plugin plugin() {
        return plugin;
    }

    /// Releases the plugin's side; nothing is pushed any more.
    void detach() {
        attached = false;
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
            monitor.localJsep(jsep.type(), jsep.sdp());
            var node = event.putObject("jsep").put("type", jsep.type()).put("sdp", jsep.sdp());
            if (jsep.e2ee()) {
                node.put("e2ee", true);
            }
            if (jsep.restart()) {
                node.put("restart", true);
            }
        }
        session.send(event);
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
        return event.put("sender", id);
    }
}
