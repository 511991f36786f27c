// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.audio;

/// Tells when somebody begins and stops to talk, from the audio level that each packet carries (RFC
/// 6464): the level is averaged over a number of packets, and low means loud. Confined to its media
/// loop.
public final class TalkDetector {
    /// Said of someone who sends nothing: -127 dBov.
    public static final int SILENCE = 127;

    private final int activePackets;
    private final int averageLevel;
    private int packets;
    private int levels;
    private boolean talking;
    private double average = SILENCE;

    /// @param activePackets how many packets one evaluation spans, at least 1
    /// @param averageLevel the average in -dBov, 0 to 127, below which one talks
    public TalkDetector(int activePackets, int averageLevel) {
        this.activePackets = Math.max(1, activePackets);
        this.averageLevel = averageLevel;
    }

    /// Notes the level of one packet, in -dBov from 0 to 127; true when [#isTalking] has changed by
    /// it.
    public boolean onLevel(int level) {
        levels += level & 0x7F;
        packets++;
        if (packets < activePackets) {
            return false;
        }
        average = (double) levels / packets;
        packets = 0;
        levels = 0;
        var before = talking;
        talking = average < averageLevel;
        return talking != before;
    }

    /// Nobody hears the speaker any more; true when [#isTalking] has changed by it.
    public boolean silence() {
        packets = 0;
        levels = 0;
        var before = talking;
        talking = false;
        average = SILENCE;
        return before;
    }

    public boolean isTalking() {
        return talking;
    }

    /// The average at the last evaluation, in -dBov.
    public double averageLevel() {
        return average;
    }
}
