// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.peer;

/// From when on clients are told of media that stops or gets lost; operators may change it while
/// the server runs. Thread-safe.
public final class LinkThresholds {
    /// As in Janus.
    public static final int DEFAULT_NO_MEDIA_SECONDS = 1;

    private volatile int noMediaSeconds = DEFAULT_NO_MEDIA_SECONDS;
    private volatile int slowLinkPackets;

    /// Media that has stopped for so many seconds is told of; 0 never.
    public int noMediaSeconds() {
        return noMediaSeconds;
    }

    public void noMediaSeconds(int seconds) {
        noMediaSeconds = seconds;
    }

    /// So many packets lost within one second are told of; 0 never.
    public int slowLinkPackets() {
        return slowLinkPackets;
    }

    public void slowLinkPackets(int packets) {
        slowLinkPackets = packets;
    }
}
