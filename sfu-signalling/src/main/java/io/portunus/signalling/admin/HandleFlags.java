// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.DtlsState;
import io.portunus.core.door.PeerReport;
import io.portunus.signalling.janus.NegotiationLog;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// How far a handle's PeerConnection has come, in the yes and no of the API. Stateless.
final class HandleFlags {
    private HandleFlags() {}

    /// @param local our last description; null where there is none or it is not kept
    /// @param report null without a PeerConnection
    static ObjectNode of(
            NegotiationLog negotiation,
            @Nullable SessionDescription local,
            @Nullable PeerReport report) {
        var negotiated = negotiation.offered() && negotiation.answered();
        var ready = report != null && report.transport().dtls() == DtlsState.CONNECTED;
        var remote = negotiation.remote();
        var trickles = remote != null && remote.trickle();
        return RequestReader.newObject()
                .put("got-offer", negotiation.offered())
                .put("got-answer", negotiation.answered())
                .put("negotiated", negotiated)
                .put("processing-offer", negotiation.isProcessingOffer())
                .put("starting", negotiated && report != null && !ready)
                .put("ice-restart", false)
                .put("ready", ready)
                .put("stopped", negotiated && report == null)
                .put("alert", negotiated && report == null)
                .put("trickle", trickles)
                .put("all-trickles", negotiation.allTrickled())
                .put("resend-trickles", false)
                .put("trickle-synced", trickles)
                .put("data-channels", false)
                .put("has-audio", has(local, SessionDescription.Media.AUDIO))
                .put("has-video", has(local, SessionDescription.Media.VIDEO))
                .put("new-datachan-sdp", false)
                .put("rfc4588-rtx", hasRtx(local))
                .put("cleaning", false)
                .put(
                        "e2ee",
                        (remote != null && remote.e2ee())
                                || (negotiation.local() != null && negotiation.local().e2ee()));
    }

    private static boolean has(@Nullable SessionDescription local, SessionDescription.Media media) {
        return local != null
                && local.sections().stream()
                        .anyMatch(section -> section.media() == media && !section.rejected());
    }

    private static boolean hasRtx(@Nullable SessionDescription local) {
        return local != null
                && local.sections().stream()
                        .flatMap(section -> section.rtpMaps().values().stream())
                        .anyMatch(map -> map.name().equals("rtx"));
    }
}
