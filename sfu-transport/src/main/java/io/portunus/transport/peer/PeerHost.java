// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.Path;
import java.util.List;

/// What a media loop does for the peers that live on it. Called on that loop, but for [#post].
public interface PeerHost {
    /// Something to be done on the media loop.
    @FunctionalInterface
    interface Task {
        void run(long nowNanos);
    }

    /// Where to build what is sent; shared by all peers of the loop.
    EgressMemory egress();

    /// Where received packets are decrypted to.
    PacketMemory packets();

    FateCounters fates();

    MediaEvents events();

    /// How clients reach this loop, the most preferred first.
    List<LocalTransport.Candidate> candidates();

    /// Takes the `length` bytes at `offset`, the place reserved last in [#egress], and sends them
    /// when the batch ends.
    void send(Path path, long offset, int length);

    /// Runs `task` on the media loop, on behalf of `peer`: not at all once it is closed, and a
    /// fault in it closes that peer. Callable from any thread. False when the queue is full or the
    /// loop has stopped.
    boolean post(HostedPeer peer, Task task);

    /// From now on what arrives by `path` is `peer`'s, if it isn't already. Only after an authentic
    /// check by it. False, and nothing changes, when the loop knows too many addresses or another
    /// client [is there][HostedPeer#isAt].
    boolean bind(Path path, HostedPeer peer, long nowNanos);

    /// Forgets `path` if it is `peer`'s.
    void unbind(Path path, HostedPeer peer);

    /// Checks whose user name starts with `ufrag` are for `peer`. False when it is taken.
    boolean register(String ufrag, HostedPeer peer);

    void unregister(String ufrag);

    /// Calls [HostedPeer#onDeadline] at `atNanos` if [HostedPeer#nextDeadlineNanos] still says so
    /// then. Needed whenever a peer's next deadline has become earlier.
    void wakeAt(long atNanos);

    /// Calls [HostedPeer#close(PeerEnd, long)] when the present step is over. The first call
    /// counts.
    void closeSoon(HostedPeer peer, PeerEnd end);

    /// Forgets the peer, which has ended, with its paths and ufrags unbound by itself. To be called
    /// when [io.portunus.core.peer.Peer#onClosed] has returned and before
    /// [io.portunus.core.door.PeerEvent.Closed] is told.
    void closed(HostedPeer peer);
}
