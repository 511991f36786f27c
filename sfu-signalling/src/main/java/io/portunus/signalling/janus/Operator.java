// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.signalling.auth.Authenticator;
import io.portunus.signalling.auth.StoredTokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operator may see of the sessions and do with them, for the admin API. To be used on the
/// signalling loop.
public final class Operator {
    private final Gateway gateway;
    private final Sessions sessions;
    private final Authenticator authenticator;

    Operator(Gateway gateway, Sessions sessions, Authenticator authenticator) {
        this.gateway = gateway;
        this.sessions = sessions;
        this.authenticator = authenticator;
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
