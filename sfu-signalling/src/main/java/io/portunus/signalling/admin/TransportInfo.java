// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.DtlsState;
import io.portunus.core.door.IceState;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaReport;
import io.portunus.core.door.NetworkPath;
import io.portunus.core.door.PeerReport;
import io.portunus.signalling.janus.NegotiationLog;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.sdp.CandidateLine;
import java.util.Locale;

/// ICE and DTLS of one PeerConnection, as `handle_info` tells them. Moments are microseconds on the
/// media loop's clock. Stateless.
final class TransportInfo {
    /// All of a connection goes over one transport (RFC 8843).
    private static final int ONLY = 1;

    private static final String CANDIDATE = "a=candidate:";
    private static final long NANOS_PER_MICRO = 1_000;

    private TransportInfo() {}

    static ObjectNode ice(
            NegotiationLog negotiation, LocalTransport ours, PeerReport.Transport transport) {
        var connected = transport.ice() == IceState.CONNECTED;
        var ice =
                RequestReader.newObject()
                        .put("stream_id", ONLY)
                        .put("component_id", ONLY)
                        .put("state", name(transport.ice()));
        putMoment(ice, "connected", transport.iceConnectedAtNanos());
        var local = ice.putArray("local-candidates");
        ours.candidates().forEach(one -> local.add(withoutPrefix(CandidateLine.of(one))));
        var remote = ice.putArray("remote-candidates");
        var description = negotiation.remote();
        if (description != null) {
            description
                    .sdp()
                    .lines()
                    .filter(line -> line.startsWith(CANDIDATE))
                    .map(line -> line.substring(CANDIDATE.length()))
                    .distinct()
                    .forEach(remote::add);
        }
        negotiation.candidates().forEach(one -> remote.add(withoutPrefix(one)));
        var path = transport.path();
        if (path != null) {
            ice.put("selected-pair", pair(path));
        }
        return ice.put("silent", transport.silentNanos() / NANOS_PER_MICRO)
                .put("ready", connected ? 1 : 0);
    }

    static ObjectNode dtls(LocalTransport ours, PeerReport report) {
        var transport = report.transport();
        var connected = transport.dtls() == DtlsState.CONNECTED;
        var dtls = RequestReader.newObject().put("fingerprint", ours.fingerprint());
        var given = transport.remoteFingerprint();
        var blank = given.indexOf(' ');
        if (blank > 0) {
            dtls.put("remote-fingerprint", given.substring(blank + 1))
                    .put("remote-fingerprint-hash", given.substring(0, blank));
        }
        dtls.put("dtls-role", transport.weAreDtlsClient() ? "active" : "passive")
                .put("dtls-state", name(transport.dtls()))
                .put("valid", connected);
        HandleInfo.putKnown(dtls, "srtp-profile", transport.srtpProfile());
        dtls.put("ready", connected);
        putMoment(dtls, "handshake-started", transport.handshakeStartedAtNanos());
        putMoment(dtls, "connected", transport.connectedAtNanos());
        dtls.put("sctp-association", false);
        var stats = dtls.putObject("stats");
        var received = report.media().received();
        stats.putObject("in")
                .put("packets", received.stream().mapToLong(MediaReport.Received::packets).sum())
                .put("bytes", received.stream().mapToLong(MediaReport.Received::bytes).sum());
        var sent = report.media().sent();
        stats.putObject("out")
                .put("packets", sent.stream().mapToLong(MediaReport.Sent::packets).sum())
                .put("bytes", sent.stream().mapToLong(MediaReport.Sent::bytes).sum());
        return dtls;
    }

    private static String pair(NetworkPath path) {
        return path.localAddress()
                + ":"
                + path.localPort()
                + " [host,udp] <-> "
                + path.remoteAddress()
                + ":"
                + path.remotePort()
                + " [prflx,udp]";
    }

    private static void putMoment(ObjectNode json, String name, long nanos) {
        if (nanos != PeerReport.Transport.NOT_YET) {
            json.put(name, nanos / NANOS_PER_MICRO);
        }
    }

    private static String withoutPrefix(String candidate) {
        return candidate.startsWith("candidate:")
                ? candidate.substring("candidate:".length())
                : candidate;
    }

    private static String name(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
