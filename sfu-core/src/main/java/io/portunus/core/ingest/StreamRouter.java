// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.fate.Fate;
import io.portunus.core.ingest.StreamTable.Role;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionReader;
import io.portunus.core.rtp.RtpPacket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the track that a packet of one connection belongs to: by SSRC; else by its mid (RFC 9143
/// §9.2), or by a payload type that only one section uses, from when on the SSRC is known. Confined
/// to its media loop.
public final class StreamRouter {
    /// A track changes its SSRC no more often, so that alternating ones cost little.
    static final long MIN_SWITCH_NANOS = 100_000_000;

    /// For so long late packets of an SSRC that was given up are not taken for a change back.
    static final long RETIRED_NANOS = 2_000_000_000;

    private final ExtensionReader reader = new ExtensionReader();
    private final StreamTable table = new StreamTable();
    private List<InboundTrack> tracks = List.of();
    private Fate fate = Fate.UNKNOWN_STREAM;
    private boolean repair;

    /// What may be received from now on.
    public void plan(List<InboundTrack> tracks, long nowNanos) {
        this.tracks = List.copyOf(tracks);
        table.forgetMedia(this.tracks);
        for (var track : this.tracks) {
            if (track.hasSsrc()) {
                table.put(track.ssrc(), Role.MEDIA, track, nowNanos - MIN_SWITCH_NANOS);
            }
            announce(track, nowNanos);
        }
    }

    /// The track of `packet`, or null where it has none; [#fate] then says why.
    public @Nullable InboundTrack route(RtpPacket packet, long nowNanos) {
        var at = table.find(packet.ssrc());
        if (at == StreamTable.ABSENT) {
            return discover(packet, nowNanos);
        }
        var track = table.track(at);
        return switch (table.role(at)) {
            case MEDIA -> {
                repair = false;
                yield isOf(track, packet) || use(track, packet.ssrc(), nowNanos) ? track : null;
            }
            case REPAIR -> {
                repair = true;
                if (packet.payloadType() != track.line().rtxPayloadType()) {
                    yield refuse(Fate.UNKNOWN_PAYLOAD_TYPE);
                }
                yield track;
            }
            case OTHER_ENCODING -> refuse(Fate.UNUSED_ENCODING);
            case RETIRED ->
                    nowNanos - table.sinceNanos(at) < RETIRED_NANOS
                            ? refuse(Fate.UNKNOWN_STREAM)
                            : discover(packet, nowNanos);
        };
    }

    /// Whether the packet that was routed last is a retransmission.
    public boolean isRepair() {
        return repair;
    }

    /// Why the packet that was routed last has no track.
    public Fate fate() {
        return fate;
    }

    private void announce(InboundTrack track, long nowNanos) {
        var encodings = track.line().encodings();
        for (var i = 0; i < encodings.size() && !table.isFull(); i++) {
            var encoding = encodings.get(i);
            if (encoding.ssrc() >= 0) {
                var role = i == 0 ? Role.MEDIA : Role.OTHER_ENCODING;
                table.put((int) encoding.ssrc(), role, track, nowNanos - MIN_SWITCH_NANOS);
                if (i == 0 && !track.hasSsrc()) {
                    track.ssrc((int) encoding.ssrc(), nowNanos);
                }
            }
            if (encoding.rtxSsrc() >= 0) {
                var role = i == 0 ? Role.REPAIR : Role.OTHER_ENCODING;
                table.put((int) encoding.rtxSsrc(), role, track, nowNanos);
            }
        }
    }

    private static boolean isOf(InboundTrack track, RtpPacket packet) {
        return track.hasSsrc() && track.ssrc() == packet.ssrc();
    }

    private @Nullable InboundTrack discover(RtpPacket packet, long nowNanos) {
        var track = find(packet);
        if (track == null) {
            return refuse(Fate.UNKNOWN_STREAM);
        }
        var line = track.line();
        repair = packet.payloadType() == line.rtxPayloadType();
        if (!repair && packet.payloadType() != line.payloadType()) {
            return refuse(Fate.UNKNOWN_PAYLOAD_TYPE);
        }
        if (table.isFull()) {
            table.removeAll(Role.RETIRED);
        }
        if (table.isFull()) {
            return refuse(Fate.TOO_MANY_STREAMS);
        }
        if (isOtherEncoding(track, packet)) {
            table.put(packet.ssrc(), Role.OTHER_ENCODING, track, nowNanos);
            return refuse(Fate.UNUSED_ENCODING);
        }
        if (repair) {
            table.put(packet.ssrc(), Role.REPAIR, track, nowNanos);
            return track;
        }
        return use(track, packet.ssrc(), nowNanos) ? track : null;
    }

    /// Makes `ssrc` the one that `track` comes under; false if it changed just now.
    private boolean use(InboundTrack track, int ssrc, long nowNanos) {
        if (track.hasSsrc()) {
            var before = table.find(track.ssrc());
            if (before != StreamTable.ABSENT && table.role(before) == Role.MEDIA) {
                if (nowNanos - table.sinceNanos(before) < MIN_SWITCH_NANOS) {
                    fate = Fate.TOO_MANY_STREAMS;
                    return false;
                }
                table.put(track.ssrc(), Role.RETIRED, track, nowNanos);
                // They repeat packets of the SSRC before; one found just now may be the new one's.
                table.retireRepairs(track, nowNanos - MIN_SWITCH_NANOS, nowNanos);
            }
        }
        table.put(ssrc, Role.MEDIA, track, nowNanos);
        track.ssrc(ssrc, nowNanos);
        return true;
    }

    private @Nullable InboundTrack refuse(Fate why) {
        fate = why;
        return null;
    }

    private @Nullable InboundTrack find(RtpPacket packet) {
        InboundTrack only = null;
        var candidates = 0;
        for (var track : tracks) {
            var line = track.line();
            if (reader.find(packet, line.extensions().idOf(ExtensionKind.MID))) {
                if (says(packet.memory(), track.mid())) {
                    return track;
                }
                // It names another section, so its payload type does not count.
                continue;
            }
            var type = packet.payloadType();
            if (type == line.payloadType() || type == line.rtxPayloadType()) {
                candidates++;
                only = track;
            }
        }
        return candidates == 1 ? only : null;
    }

    private boolean isOtherEncoding(InboundTrack track, RtpPacket packet) {
        var encodings = track.line().encodings();
        if (encodings.isEmpty() || encodings.getFirst().rid().isEmpty()) {
            return false;
        }
        var kind = repair ? ExtensionKind.REPAIRED_RID : ExtensionKind.RID;
        return reader.find(packet, track.line().extensions().idOf(kind))
                && !says(packet.memory(), encodings.getFirst().rid());
    }

    /// Whether the element that was found is `text`, which is ASCII (RFC 8852 §3, RFC 9143 §15.1).
    private boolean says(MemorySegment memory, String text) {
        if (reader.length() != text.length()) {
            return false;
        }
        for (var i = 0; i < text.length(); i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, reader.offset() + i) != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
