// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.DtlsState;
import io.portunus.core.door.IceState;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.NetworkPath;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is told of one handle and its PeerConnection. Confined to the signalling loop.
public final class HandleMonitor {
    /// Nobody listens.
    public static final HandleMonitor OFF = new HandleMonitor(Monitor.OFF, Subject.SERVER);

    private static final int ICE = 1;
    private static final int LOCAL_CANDIDATE = 2;
    private static final int REMOTE_CANDIDATE = 3;
    private static final int SELECTED_PAIR = 4;
    private static final int DTLS = 5;
    private static final int CONNECTION = 6;
    private static final int RECEIVING = 1;
    private static final int SLOW_LINK = 2;
    private static final int STATISTICS = 3;

    /// All of a connection goes over one transport (RFC 8843).
    private static final int ONLY = 1;

    private final Monitor monitor;
    private final Subject subject;

    HandleMonitor(Monitor monitor, Subject subject) {
        this.monitor = monitor;
        this.subject = subject;
    }

    public boolean wants(EventType type) {
        return monitor.wants(type);
    }

    /// How the statistics of media are told.
    public StatisticsSettings statistics() {
        return monitor.statistics();
    }

    /// @param token with which the client authenticated, or null
    public void attached(String plugin, @Nullable String token) {
        handle("attached", plugin, token);
    }

    public void detached(String plugin) {
        handle("detached", plugin, null);
    }

    private void handle(String name, String plugin, @Nullable String token) {
        monitor.tell(
                EventType.HANDLE,
                0,
                subject,
                () -> {
                    var body = Monitor.object().put("name", name).put("plugin", plugin);
                    if (subject.opaqueId() != null) {
                        body.put("opaque_id", subject.opaqueId());
                    }
                    if (token != null) {
                        body.put("token", token);
                    }
                    return body;
                });
    }

    /// A description came from the client, with the candidates in it.
    public void remoteJsep(String type, String sdp) {
        jsep("remote", type, sdp);
        if (wants(EventType.WEBRTC)) {
            sdp.lines()
                    .filter(line -> line.startsWith("a=candidate:"))
                    .forEach(line -> remoteCandidate(line.substring(2)));
        }
    }

    /// A description went to the client.
    public void localJsep(String type, String sdp) {
        jsep("local", type, sdp);
    }

    private void jsep(String owner, String type, String sdp) {
        monitor.tell(
                EventType.JSEP,
                0,
                subject,
                () -> {
                    var body = Monitor.object().put("owner", owner);
                    body.putObject("jsep").put("type", type).put("sdp", sdp);
                    return body;
                });
    }

    public void ice(IceState state) {
        webrtc(ICE, () -> Monitor.object().put("ice", name(state)));
    }

    public void localCandidates(LocalTransport local) {
        for (var one : local.candidates()) {
            webrtc(
                    LOCAL_CANDIDATE,
                    () ->
                            Monitor.object()
                                    .put(
                                            "local-candidate",
                                            one.foundation()
                                                    + " 1 udp "
                                                    + one.priority()
                                                    + " "
                                                    + one.address()
                                                    + " "
                                                    + one.port()
                                                    + " typ host"));
        }
    }

    /// @param candidate as the client wrote it, with or without its `candidate:`
    public void remoteCandidate(String candidate) {
        webrtc(
                REMOTE_CANDIDATE,
                () -> Monitor.object().put("remote-candidate", withoutPrefix(candidate)));
    }

    /// The client's address is learned from its checks, so it is peer-reflexive for us.
    public void selectedPair(NetworkPath path) {
        webrtc(
                SELECTED_PAIR,
                () -> {
                    var body =
                            Monitor.object()
                                    .put(
                                            "selected-pair",
                                            "%s:%d [host,udp] <-> %s:%d [prflx,udp]"
                                                    .formatted(
                                                            path.localAddress(),
                                                            path.localPort(),
                                                            path.remoteAddress(),
                                                            path.remotePort()));
                    var both = body.putObject("candidates");
                    putEnd(both.putObject("local"), path.localAddress(), path.localPort(), "host");
                    putEnd(
                            both.putObject("remote"),
                            path.remoteAddress(),
                            path.remotePort(),
                            "prflx");
                    return body;
                });
    }

    public void dtls(DtlsState state) {
        webrtc(DTLS, () -> Monitor.object().put("dtls", name(state)));
    }

    /// The PeerConnection is up.
    public void webrtcUp() {
        connection("webrtcup", null);
    }

    /// The PeerConnection is gone.
    public void hangup(String reason) {
        connection("hangup", reason);
    }

    private void connection(String what, @Nullable String reason) {
        monitor.tell(
                EventType.WEBRTC,
                CONNECTION,
                subject,
                () -> {
                    var body = Monitor.object().put("connection", what);
                    return reason == null ? body : body.put("reason", reason);
                });
    }

    /// @param seconds without media; told where it has stopped
    public void receiving(String mid, MediaKind kind, boolean receiving, int seconds) {
        monitor.tell(
                EventType.MEDIA,
                RECEIVING,
                subject,
                () -> {
                    var body = medium(mid, kind).put("receiving", receiving);
                    return receiving ? body : body.put("seconds", seconds);
                });
    }

    /// @param uplink whether the client loses what we send, as the API sees it
    /// @param lost packets within the last second
    public void slowLink(String mid, MediaKind kind, boolean uplink, int lost) {
        monitor.tell(
                EventType.MEDIA,
                SLOW_LINK,
                subject,
                () ->
                        medium(mid, kind)
                                .put("slow_link", uplink ? "uplink" : "downlink")
                                .put("lost_lastsec", lost));
    }

    /// One period's statistics, one for each medium, as [MediaStatistics] makes them.
    public void statistics(List<ObjectNode> media) {
        if (media.isEmpty()) {
            return;
        }
        if (statistics().combined()) {
            monitor.tell(EventType.MEDIA, STATISTICS, subject, () -> Monitor.array().addAll(media));
        } else {
            for (var medium : media) {
                monitor.tell(EventType.MEDIA, STATISTICS, subject, () -> medium);
            }
        }
    }

    /// Something in a plugin.
    ///
    /// @param data with `event`, its name
    public void plugin(String plugin, Supplier<ObjectNode> data) {
        monitor.tell(
                EventType.PLUGIN,
                0,
                subject,
                () -> Monitor.object().put("plugin", plugin).set("data", data.get()));
    }

    private void webrtc(int subtype, Supplier<ObjectNode> body) {
        monitor.tell(
                EventType.WEBRTC,
                subtype,
                subject,
                () -> body.get().put("stream_id", ONLY).put("component_id", ONLY));
    }

    private static ObjectNode medium(String mid, MediaKind kind) {
        return Monitor.object().put("media", name(kind)).put("mid", mid);
    }

    private static void putEnd(ObjectNode into, String address, int port, String type) {
        into.put("address", address)
                .put("port", port)
                .put("type", type)
                .put("transport", "udp")
                .put("family", address.indexOf(':') < 0 ? 4 : 6);
    }

    private static String withoutPrefix(String candidate) {
        return candidate.startsWith("candidate:")
                ? candidate.substring("candidate:".length())
                : candidate;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
