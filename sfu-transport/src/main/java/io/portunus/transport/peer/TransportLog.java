// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import static io.portunus.core.door.PeerReport.Transport.NOT_YET;

import io.portunus.core.door.DtlsState;
import io.portunus.core.door.IceState;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.NetworkPath;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.PeerReport;
import io.portunus.core.door.RemoteTransport;
import io.portunus.transport.udp.Path;
import org.jspecify.annotations.Nullable;

/// How far one connection's transport has come and since when: told as events where somebody
/// watches, and as a report when somebody asks. Confined to its media loop.
final class TransportLog {
    private final PeerId id;
    private final MediaEvents events;
    private boolean watched;
    private IceState ice = IceState.DISCONNECTED;
    private DtlsState dtls = DtlsState.CREATED;
    private @Nullable Path path;
    private @Nullable RemoteTransport remote;
    private String srtpProfile = "";
    private long iceConnectedAtNanos = NOT_YET;
    private long handshakeStartedAtNanos = NOT_YET;
    private long connectedAtNanos = NOT_YET;

    TransportLog(PeerId id, MediaEvents events) {
        this.id = id;
        this.events = events;
    }

    /// From now on changes are told.
    void watch() {
        watched = true;
    }

    void onRemote(RemoteTransport remote) {
        this.remote = remote;
        if (ice == IceState.DISCONNECTED) {
            enter(IceState.CONNECTING);
        }
    }

    /// Media goes by another path from now on.
    void onSelected(Path path, long nowNanos) {
        this.path = path;
        if (ice != IceState.CONNECTED) {
            iceConnectedAtNanos = nowNanos;
            enter(IceState.CONNECTED);
        }
        if (watched) {
            events.onEvent(new PeerEvent.PathSelected(id, ends(path)));
        }
    }

    void onHandshake(long nowNanos) {
        handshakeStartedAtNanos = nowNanos;
        enter(DtlsState.TRYING);
    }

    void onConnected(String srtpProfile, long nowNanos) {
        this.srtpProfile = srtpProfile;
        connectedAtNanos = nowNanos;
        enter(DtlsState.CONNECTED);
    }

    void onClosed(PeerEnd end) {
        switch (end) {
            case ICE_FAILED -> enter(IceState.FAILED);
            case DTLS_FAILED, DTLS_TIMEOUT -> enter(DtlsState.FAILED);
            case HANGUP_ASKED,
                    OPERATOR,
                    CLOSED_BY_PLUGIN,
                    DETACHED,
                    DTLS_CLOSED,
                    FAULT,
                    SERVER_STOPPING -> {
                // Neither of them failed.
            }
        }
    }

    PeerReport.Transport report(long silentNanos) {
        var known = remote;
        var by = path;
        return new PeerReport.Transport(
                ice,
                by == null ? null : ends(by),
                iceConnectedAtNanos,
                dtls,
                known != null && known.weAreDtlsClient(),
                known == null ? "" : fingerprint(known),
                srtpProfile,
                handshakeStartedAtNanos,
                connectedAtNanos,
                silentNanos);
    }

    private void enter(IceState next) {
        ice = next;
        if (watched) {
            events.onEvent(new PeerEvent.IceChanged(id, next));
        }
    }

    private void enter(DtlsState next) {
        dtls = next;
        if (watched) {
            events.onEvent(new PeerEvent.DtlsChanged(id, next));
        }
    }

    private static String fingerprint(RemoteTransport remote) {
        var first = remote.fingerprints().getFirst();
        return first.algorithm() + " " + first.value();
    }

    private static NetworkPath ends(Path path) {
        var local = path.local();
        var remote = path.remote();
        return new NetworkPath(
                local.getAddress().getHostAddress(),
                local.getPort(),
                remote.getAddress().getHostAddress(),
                remote.getPort());
    }
}
