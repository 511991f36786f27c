// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// Why a session ended.
public enum SessionEnd {
    DESTROYED("destroyed by its client"),
    CONNECTION_CLOSED("its connection was closed"),
    NOT_RECLAIMED("nobody claimed it after its connection was lost"),
    TOO_MANY_EVENTS("more events waited for its client than are kept"),
    TIMED_OUT("timed out"),
    OPERATOR("ended by the operator"),
    SERVER_STOPPING("the server stops");

    private final String explanation;

    SessionEnd(String explanation) {
        this.explanation = explanation;
    }

    /// For logs.
    public String explanation() {
        return explanation;
    }

    /// Whether it was for lack of a sign of life.
    boolean isTimeOut() {
        return this == TIMED_OUT || this == NOT_RECLAIMED;
    }
}
