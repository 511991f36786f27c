// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.auth.StoredTokens;
import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.media.SignallingLoop;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an operator may see of the sessions and do with them, for the admin API. To be used on the
/// signalling loop.
public final class Operator {
    private static final long NANOS_PER_MICRO = 1_000;

    private final Gateway gateway;
    private final GatewaySettings settings;
    private final Sessions sessions;
    private final Verbs verbs;
    private final Authenticator authenticator;
    private final SignallingLoop loop;

    Operator(
            Gateway gateway,
            GatewaySettings settings,
            Sessions sessions,
            Verbs verbs,
            Authenticator authenticator,
            SignallingLoop loop) {
        this.gateway = gateway;
        this.settings = settings;
        this.sessions = sessions;
        this.verbs = verbs;
        this.authenticator = authenticator;
        this.loop = loop;
    }

    /// What the `info` verb tells, without the reply around it.
    public ObjectNode info() {
        return gateway.infoBody();
    }

    /// The time-outs that the settings name; the one of sessions may have been changed since.
    public GatewaySettings.Timeouts timeouts() {
        return settings.timeouts();
    }

    /// The plugin with this package name, or null.
    public @Nullable Plugin plugin(String name) {
        return verbs.plugin(name);
    }

    /// The package names of all plugins.
    public Set<String> plugins() {
        return verbs.plugins();
    }

    /// Where what happens is told to operators.
    public Monitor monitor() {
        return gateway.monitor();
    }

    /// What there is to know of a handle; null where there is no such handle.
    public @Nullable HandleFacts handle(long session, long handle) {
        var found = sessions.find(session);
        var attached = found == null ? null : found.handles().get(handle);
        if (found == null || attached == null) {
            return null;
        }
        var client = found.client();
        return new HandleFacts(
                session,
                handle,
                found.lastActivityNanos() / NANOS_PER_MICRO,
                sessions.timeoutOf(found),
                client == null ? null : client.transport(),
                attached.opaqueId(),
                attached.token(),
                attached.createdAtNanos() / NANOS_PER_MICRO,
                loop.nowNanos() / NANOS_PER_MICRO,
                attached.plugin().name(),
                attached.pluginSession(),
                attached.negotiation());
    }

    /// Closes the PeerConnection of a handle, if it has one; its client is told.
    ///
    /// @return false where there is no such handle
    public boolean hangUp(long session, long handle) {
        var found = sessions.find(session);
        var attached = found == null ? null : found.handles().get(handle);
        if (attached != null) {
            attached.pluginSession().onHangupAsked(PeerEnd.OPERATOR);
        }
        return attached != null;
    }

    /// Whether new sessions are welcome; those there are go on.
    public void accepting(boolean on) {
        gateway.accepting(on);
    }

    /// After how many seconds without a request a session ends; 0 for never.
    public int sessionTimeoutSeconds() {
        return sessions.timeoutSeconds();
    }

    public void sessionTimeoutSeconds(int seconds) {
        sessions.timeoutSeconds(seconds);
    }

    /// The same for one session only.
    ///
    /// @param seconds 0 for never, -1 for what holds for all
    /// @return false where there is no such session
    public boolean sessionTimeoutSeconds(long session, int seconds) {
        var found = sessions.find(session);
        if (found != null) {
            found.timeoutSeconds(seconds);
        }
        return found != null;
    }

    public List<Long> sessions() {
        return sessions.all().stream().map(Session::id).toList();
    }

    /// The handles of one session; null where there is no such session.
    public @Nullable List<Long> handles(long session) {
        var found = sessions.find(session);
        return found == null ? null : List.copyOf(found.handles().keySet());
    }

    /// Ends a session without a word to its client.
    ///
    /// @return false where there is no such session
    public boolean destroySession(long session) {
        var found = sessions.find(session);
        if (found != null) {
            sessions.end(found, SessionEnd.OPERATOR);
        }
        return found != null;
    }

    /// Detaches a handle; its client is told.
    ///
    /// @return false where there is no such handle
    public boolean detachHandle(long session, long handle) {
        var found = sessions.find(session);
        var attached = found == null ? null : found.handles().get(handle);
        if (found == null || attached == null) {
            return false;
        }
        attached.notify("detached", _ -> {});
        sessions.detach(found, attached);
        return true;
    }

    /// The tokens that are given out; null unless it is those that are asked for.
    public @Nullable StoredTokens storedTokens() {
        return authenticator.storedTokens();
    }
}
