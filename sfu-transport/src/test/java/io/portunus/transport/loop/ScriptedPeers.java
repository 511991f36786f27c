// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.PeerId;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.peer.PeerHost;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Makes scripted peers and lets the test find them.
final class ScriptedPeers implements PeerFactory {
    private final List<String> journal;
    private final Map<PeerId, PeerHost> hosts = new ConcurrentHashMap<>();
    volatile boolean failsToMake;
    private final Map<PeerId, ScriptedPeer> made = new ConcurrentHashMap<>();

    ScriptedPeers(List<String> journal) {
        this.journal = journal;
    }

    ScriptedPeer made(PeerId id) {
        return Objects.requireNonNull(made.get(id));
    }

    PeerHost hostOf(PeerId id) {
        return Objects.requireNonNull(hosts.get(id));
    }

    @Override
    public HostedPeer create(PeerId id, PeerHost host, long nowNanos) {
        if (failsToMake) {
            throw new IllegalStateException("a fault on purpose");
        }
        var peer = new ScriptedPeer(id, host, journal);
        hosts.put(id, host);
        made.put(id, peer);
        return peer;
    }

    @Override
    public void completePackets() {}

    @Override
    public String cipherProvider() {
        return "none";
    }
}
