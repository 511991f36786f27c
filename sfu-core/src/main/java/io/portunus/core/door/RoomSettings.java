// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// What the media side needs to know of a room; what the API adds (description, secret, pin, …)
/// stays in signalling.
///
/// @param maxPublishers how many may publish at once
/// @param maxParticipants how many may be in the room, publishing or not
/// @param bitrateBps the cap that publishers are told by REMB; 0 for none
/// @param firIntervalSeconds ask a video publisher for a key frame when none came for so long; 0
///   never
/// @param audioLevelEvents whether talking and stopped-talking are reported
/// @param audioActivePackets how many packets one evaluation of the level spans
/// @param audioLevelAverage the average level, in -dBov from 0 (loud) to 127, below which one talks
public record RoomSettings(
        int maxPublishers,
        int maxParticipants,
        int bitrateBps,
        int firIntervalSeconds,
        boolean audioLevelEvents,
        int audioActivePackets,
        int audioLevelAverage) {}
