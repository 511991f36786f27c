// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerReport;
import io.portunus.signalling.janus.HandleFacts;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.sdp.SdpParser;
import io.portunus.signalling.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// Everything about one handle, as `handle_info` tells it. What is not known is left out, never
/// null. Stateless.
final class HandleInfo {
    private static final String PROFILE = "UDP/TLS/RTP/SAVPF";

    private HandleInfo() {}

    /// What holds whether there is a PeerConnection or not.
    static ObjectNode begin(HandleFacts facts) {
        var info =
                RequestReader.newObject()
                        .put("session_id", facts.session())
                        .put("session_last_activity", facts.lastActivityMicros())
                        .put("session_timeout", facts.timeoutSeconds());
        putKnown(info, "session_transport", facts.transport());
        info.put("handle_id", facts.id());
        putKnown(info, "opaque_id", facts.opaqueId());
        putKnown(info, "token", facts.token());
        info.put("loop-running", true)
                .put("created", facts.createdMicros())
                .put("current_time", facts.nowMicros())
                .put("plugin", facts.plugin())
                .set("plugin_specific", facts.pluginSession().describe());
        return info;
    }

    /// @param ours how clients reach us; null without a PeerConnection
    /// @param report null without a PeerConnection, or where nobody could say
    static void putConnection(
            ObjectNode info,
            HandleFacts facts,
            @Nullable LocalTransport ours,
            @Nullable PeerReport report) {
        var negotiation = facts.negotiation();
        var local = parse(negotiation.local() == null ? "" : negotiation.local().sdp());
        var remote = parse(negotiation.remote() == null ? "" : negotiation.remote().sdp());
        info.set("flags", HandleFlags.of(negotiation, local, report));
        info.put("ice-mode", "lite").put("ice-role", "controlled");
        var sdps = info.putObject("sdps");
        if (local != null || remote != null) {
            sdps.put("profile", PROFILE);
        }
        putKnown(sdps, "local", negotiation.local() == null ? null : negotiation.local().sdp());
        putKnown(sdps, "remote", negotiation.remote() == null ? null : negotiation.remote().sdp());
        info.put("queued-packets", 0);
        if (ours == null || report == null) {
            return;
        }
        var webrtc = info.putObject("webrtc");
        webrtc.set("ice", TransportInfo.ice(negotiation, ours, report.transport()));
        webrtc.set("dtls", TransportInfo.dtls(ours, report));
        var extensions = webrtc.putObject("extensions");
        if (local != null) {
            for (var section : local.sections()) {
                section.extensions().forEach(one -> extensions.put(one.uri(), one.id()));
            }
        }
        webrtc.set("bwe", MediaInfo.bandwidth(local));
        webrtc.set("media", MediaInfo.of(negotiation, local, remote, report));
    }

    static void putKnown(ObjectNode json, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            json.put(name, value);
        }
    }

    private static @Nullable SessionDescription parse(String sdp) {
        return !sdp.isEmpty()
                        && SdpParser.parse(sdp) instanceof SdpParser.Outcome.Parsed(var description)
                ? description
                : null;
    }
}
