// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.ingest;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.forward.ForwardSource;
import io.portunus.core.forward.Forwarder;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.core.rtp.RtpPacket;

/// What a publisher sends in one of its media sections. Confined to its media loop.
public final class InboundTrack implements ForwardSource {
    private final Forwarder forwarder;
    private final String cname;
    private MediaPlan.Line line;
    private boolean relaying = true;

    public InboundTrack(MediaPlan.Line line, String cname, FateCounters fates) {
        this.line = line;
        this.cname = cname;
        forwarder = new Forwarder(fates);
    }

    public String mid() {
        return line.mid();
    }

    /// Its place in the SDP, from 0.
    public int lineIndex() {
        return line.index();
    }

    @Override
    public Codec codec() {
        return line.codec();
    }

    public MediaKind kind() {
        return line.kind();
    }

    @Override
    public ExtensionMap extensions() {
        return line.extensions();
    }

    @Override
    public Forwarder forwarder() {
        return forwarder;
    }

    /// Whether what arrives is handed on to subscribers. It is to begin with.
    public void relay(boolean on) {
        relaying = on;
    }

    public boolean isRelayed() {
        return relaying;
    }

    @Override
    public void requestKeyFrame(long nowNanos) {}

    @Override
    public boolean find(int epoch, long index, RtpPacket view, long nowNanos) {
        return false;
    }

    @Override
    public boolean hasClock() {
        return false;
    }

    @Override
    public int timestampAt(long nowNanos) {
        return 0;
    }

    @Override
    public String cname() {
        return cname;
    }
}
