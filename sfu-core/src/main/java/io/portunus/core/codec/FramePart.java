// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

/// What one packet carries of a frame. One instance per media loop, filled anew for each packet.
public final class FramePart {
    /// Whether a decoder can start with the frame that starts in this packet.
    public boolean startsKeyFrame;

    /// Whether the packet carries the parameters that the key frame needs, so that it is certainly
    /// the first of it; of codecs in which every slice of a key frame looks like its start.
    public boolean hasParameters;

    /// Whether a frame (of whatever kind) starts in this packet.
    public boolean startsFrame;

    /// 0 where the codec has no temporal layers or does not tell.
    public int temporalLayer;

    /// 0 where the codec has no spatial layers or does not tell.
    public int spatialLayer;

    void clear() {
        startsKeyFrame = false;
        startsFrame = false;
        hasParameters = false;
        temporalLayer = 0;
        spatialLayer = 0;
    }
}
