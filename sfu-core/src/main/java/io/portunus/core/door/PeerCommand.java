// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.door;

/// What signalling asks of one PeerConnection's transport.
public sealed interface PeerCommand extends MediaCommand {
    PeerId peer();

    /// Make a connection whose media belongs to `room`; answered by [PeerEvent.Opened] or
    /// [PeerEvent.Refused].
    record Open(long request, PeerId peer, RoomId room) implements PeerCommand {}

    /// The client's SDP has come (again). A changed ufrag is an ICE restart. DTLS parameters that
    /// change once DTLS runs are ignored.
    record Accept(long request, PeerId peer, RemoteTransport remote) implements PeerCommand {}

    /// Give new local ICE credentials while the old ones still work until a check with the new ones
    /// arrives; answered by [PeerEvent.Opened].
    record RestartIce(long request, PeerId peer) implements PeerCommand {}

    /// How long has the client been silent? Answered by [PeerEvent.Heard].
    record Probe(long request, PeerId peer) implements PeerCommand {}

    /// From now on tell how the transport fares: [PeerEvent.IceChanged], [PeerEvent.PathSelected]
    /// and [PeerEvent.DtlsChanged]. They are not told otherwise.
    record Watch(long request, PeerId peer) implements PeerCommand {}

    /// How does it do? Answered by [PeerEvent.Inspected] or [PeerEvent.Refused].
    record Inspect(long request, PeerId peer) implements PeerCommand {}

    /// Send close_notify and forget it; answered by [PeerEvent.Closed], as every end is.
    record Close(long request, PeerId peer, PeerEnd end) implements PeerCommand {}
}
