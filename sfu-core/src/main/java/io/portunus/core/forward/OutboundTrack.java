// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.forward;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.fate.Fate;
import org.jspecify.annotations.Nullable;

/// What one subscriber gets in one of its media sections: whichever source feeds it, one unbroken
/// stream. Confined to its media loop.
public final class OutboundTrack implements ForwardSink {
    private final int slot;
    private final MediaKind kind;
    private final int ssrc;
    private final int rtxSsrc;
    private @Nullable ForwardSource source;
    private boolean sending = true;

    public OutboundTrack(int slot, MediaKind kind, int ssrc, int rtxSsrc) {
        this.slot = slot;
        this.kind = kind;
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
    }

    /// The place of the section in the SDP, from 0.
    public int slot() {
        return slot;
    }

    public MediaKind kind() {
        return kind;
    }

    /// Unsigned 32 bits.
    public long ssrc() {
        return Integer.toUnsignedLong(ssrc);
    }

    /// Of retransmissions, unsigned 32 bits; -1 for audio, which has none.
    public long rtxSsrc() {
        return kind == MediaKind.VIDEO ? Integer.toUnsignedLong(rtxSsrc) : -1;
    }

    public @Nullable ForwardSource source() {
        return source;
    }

    /// From now on this source's packets are sent here; null for none. Takes this track off the
    /// source that fed it before.
    public void feedFrom(@Nullable ForwardSource source, long nowNanos) {
        if (this.source != null) {
            this.source.forwarder().remove(this);
        }
        this.source = source;
        if (source != null) {
            source.forwarder().add(this);
        }
    }

    /// Whether anything is sent here, whatever feeds it. It is to begin with.
    public void send(boolean on, long nowNanos) {
        sending = on;
    }

    @Override
    public Fate onPacket(TrackPacket packet, long nowNanos) {
        return sending ? Fate.NOT_READY : Fate.MUTED;
    }

    @Override
    public void onSkipped(int epoch, long index, long nowNanos) {}
}
