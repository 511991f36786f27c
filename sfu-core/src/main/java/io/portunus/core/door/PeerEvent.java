// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

import io.portunus.core.codec.MediaKind;

/// What happened to one PeerConnection.
public sealed interface PeerEvent extends MediaEvent {
    PeerId peer();

    record Opened(long request, PeerId peer, LocalTransport local) implements PeerEvent {}

    record Refused(long request, PeerId peer, Refusal reason) implements PeerEvent {}

    record Heard(long request, PeerId peer, long silentNanos) implements PeerEvent {}

    record Inspected(long request, PeerId peer, PeerReport report) implements PeerEvent {}

    /// For those who watch. Failing is told just before [Closed].
    record IceChanged(PeerId peer, IceState state) implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// For those who watch: from now on media goes by `path`.
    record PathSelected(PeerId peer, NetworkPath path) implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// For those who watch. Success is told just before [Connected], failing just before [Closed].
    record DtlsChanged(PeerId peer, DtlsState state) implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// DTLS is done and media may flow. Once per connection, never again on ICE restart. The room's
    /// own event about it ([RoomEvent.Published]) comes first.
    record Connected(PeerId peer) implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// The connection is gone; the last event about it. The room's own event about it
    /// ([RoomEvent.Unpublished], [RoomEvent.FeedGone]) comes first.
    record Closed(PeerId peer, PeerEnd end) implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// The client's media of one section has begun to arrive, or has stopped for `silentSeconds`.
    record Receiving(PeerId peer, String mid, MediaKind kind, boolean receiving, int silentSeconds)
            implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }

    /// Many packets were lost within one second.
    ///
    /// @param uplink true when the client reports losing what we sent (the API's view)
    record SlowLink(PeerId peer, String mid, MediaKind kind, boolean uplink, int lost)
            implements PeerEvent {
        @Override
        public long request() {
            return MediaCommand.NO_REQUEST;
        }
    }
}
