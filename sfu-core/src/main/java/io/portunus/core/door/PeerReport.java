// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import org.jspecify.annotations.Nullable;

/// How one PeerConnection does at one moment: plain numbers, read when somebody asks by
/// [PeerCommand.Inspect].
///
/// @param atNanos the media loop's clock; two reports of one loop can be subtracted
/// @param transport how the client is reached
/// @param media what was received and sent
public record PeerReport(long atNanos, Transport transport, MediaReport media) {
    /// How the client is reached. Moments are on the media loop's clock, or [#NOT_YET].
    ///
    /// @param path by which media goes; null while that isn't known
    /// @param iceConnectedAtNanos when an address of the client's first proved to work
    /// @param weAreDtlsClient whether the client chose to be the passive side
    /// @param remoteFingerprint the client's certificate as its SDP names it, such as `sha-256
    ///   AB:CD:…`; empty before the SDP has come
    /// @param srtpProfile the name of the SRTP protection profile; empty before DTLS is done
    /// @param handshakeStartedAtNanos when DTLS began
    /// @param connectedAtNanos when DTLS was done
    /// @param silentNanos for how long nothing authentic has come
    public record Transport(
            IceState ice,
            @Nullable NetworkPath path,
            long iceConnectedAtNanos,
            DtlsState dtls,
            boolean weAreDtlsClient,
            String remoteFingerprint,
            String srtpProfile,
            long handshakeStartedAtNanos,
            long connectedAtNanos,
            long silentNanos) {
        /// The time of what has not happened.
        public static final long NOT_YET = Long.MIN_VALUE;
    }
}
