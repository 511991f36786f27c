// SPDX-License-Identifier: Apache-2.0

const SPEAKING_LEVEL = 0.02;

/**
 * Reads what the browser measures: per received section the bitrate and how well it arrives, and
 * who is heard at the moment.
 */
export class Quality {
  /** Mid to the last reading. */
  #before = new Map();

  /** Readings by mid: {kind, kbps, lost (0..1), freezes, grade}. */
  async read(connection) {
    const readings = new Map();
    const report = await connection.getStats();
    for (const entry of report.values()) {
      if (entry.type === "inbound-rtp" && entry.mid !== undefined) {
        const reading = this.#compare(entry);
        if (reading) {
          readings.set(entry.mid, reading);
        }
      }
    }
    return readings;
  }

  /** Mid of each received audio section to whether somebody talks there right now. */
  speakers(connection) {
    const speakers = new Map();
    for (const { mid, receiver } of connection.getTransceivers()) {
      const level = receiver.track?.kind === "audio" && receiver.getSynchronizationSources()[0]?.audioLevel;
      if (mid !== null && typeof level === "number") {
        speakers.set(mid, level > SPEAKING_LEVEL);
      }
    }
    return speakers;
  }

  #compare(now) {
    const before = this.#before.get(now.mid);
    this.#before.set(now.mid, now);
    if (!before || before.ssrc !== now.ssrc || now.timestamp <= before.timestamp) {
      return undefined;
    }
    const seconds = (now.timestamp - before.timestamp) / 1000;
    const received = now.packetsReceived - before.packetsReceived;
    const lost = Math.max(0, now.packetsLost - before.packetsLost);
    const share = received + lost > 0 ? lost / (received + lost) : 0;
    const freezes = (now.freezeCount ?? 0) - (before.freezeCount ?? 0);
    return {
      kind: now.kind,
      kbps: Math.round(((now.bytesReceived - before.bytesReceived) * 8) / 1000 / seconds),
      lost: share,
      freezes,
      grade: share > 0.1 || freezes > 1 ? "poor" : share > 0.02 || freezes > 0 ? "fair" : "good",
    };
  }
}
