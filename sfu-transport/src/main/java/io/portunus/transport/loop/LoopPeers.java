// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaEvents;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.fate.FateCounters;
import io.portunus.core.peer.LoopContext;
import io.portunus.core.rtp.PacketMemory;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.udp.EgressMemory;
import io.portunus.transport.udp.Path;
import io.portunus.transport.udp.PathTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The peers of one media loop: who they are, how they are found, and how they end. Confined to
/// that loop, but for [#post] and [#count].
final class LoopPeers implements PeerHost {
    /// The most peers of one media loop.
    static final int MAX_PEERS = 4_096;

    /// The most remote addresses that one media loop knows: browsers try a handful each.
    static final int MAX_PATHS = 8 * MAX_PEERS;

    /// The most local ufrags: two for each peer, as an ICE restart needs.
    static final int MAX_UFRAGS = 2 * MAX_PEERS;

    private final LoopContext context;
    private final EgressMemory egress;
    private final List<LocalTransport.Candidate> candidates;
    private final LoopInbox inbox;
    private final Wakeup wakeup;
    private final FaultLog faults;
    private final PathTable<HostedPeer> paths;
    private final UfragTable<HostedPeer> ufrags;
    private final Map<PeerId, HostedPeer> peers = new HashMap<>();
    private final LinkedHashMap<HostedPeer, PeerEnd> closing = new LinkedHashMap<>();
    private volatile int count;

    /// The earliest that any peer asked to be woken at since all were last looked at.
    private long nextNanos = Deadlines.NEVER;

    LoopPeers(
            LoopContext context,
            EgressMemory egress,
            List<LocalTransport.Candidate> candidates,
            LoopInbox inbox,
            Wakeup wakeup,
            FaultLog faults) {
        this.context = context;
        this.egress = egress;
        this.candidates = List.copyOf(candidates);
        this.inbox = inbox;
        this.wakeup = wakeup;
        this.faults = faults;
        paths = new PathTable<>(MAX_PATHS, context.random().nextLong());
        ufrags = new UfragTable<>(MAX_UFRAGS, context.random().nextInt());
    }

    /// False, and nothing changes, when there are too many or there is one with this id.
    boolean add(HostedPeer peer) {
        if (!mayAdd(peer.id())) {
            return false;
        }
        peers.put(peer.id(), peer);
        count = peers.size();
        return true;
    }

    boolean mayAdd(PeerId id) {
        return peers.size() < MAX_PEERS && !peers.containsKey(id);
    }

    @Nullable HostedPeer find(PeerId id) {
        return peers.get(id);
    }

    boolean has(HostedPeer peer) {
        return peer.equals(peers.get(peer.id()));
    }

    PathTable<HostedPeer> paths() {
        return paths;
    }

    UfragTable<HostedPeer> ufrags() {
        return ufrags;
    }

    /// How many peers there are. Thread-safe.
    int count() {
        return count;
    }

    /// Calls every peer that is due, the one that has waited longest first.
    void onDeadline(long nowNanos) {
        if (nowNanos < nextNanos) {
            return;
        }
        record Due(long atNanos, HostedPeer peer) {}
        var due = new ArrayList<Due>();
        nextNanos = Deadlines.NEVER;
        for (var peer : peers.values()) {
            var at = peer.nextDeadlineNanos();
            if (at <= nowNanos) {
                due.add(new Due(at, peer));
            } else {
                nextNanos = Math.min(nextNanos, at);
            }
        }
        due.sort(Comparator.comparingLong(Due::atNanos));
        for (var next : due) {
            if (has(next.peer())) {
                wake(next.peer(), nowNanos);
                closeWaiting(nowNanos);
            }
            if (has(next.peer())) {
                nextNanos = Math.min(nextNanos, next.peer().nextDeadlineNanos());
            }
        }
    }

    private void wake(HostedPeer peer, long nowNanos) {
        try {
            peer.onDeadline(nowNanos);
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            onFault("a peer's deadline", peer, fault);
        }
    }

    /// When [#onDeadline] wants to be called next, or [Deadlines#NEVER]; never later than a peer's
    /// own next deadline.
    long nextDeadlineNanos() {
        return nextNanos;
    }

    /// A fault of ours came out of what was done for `peer`, which ends.
    void onFault(String where, @Nullable HostedPeer peer, Throwable fault) {
        faults.onAnyFault(where, fault);
        if (peer != null) {
            closeSoon(peer, PeerEnd.FAULT);
        }
    }

    /// Ends whoever is to end, those included that are to end because of it.
    void closeWaiting(long nowNanos) {
        while (!closing.isEmpty()) {
            var next = closing.pollFirstEntry();
            if (has(next.getKey())) {
                close(next.getKey(), next.getValue(), nowNanos);
            }
        }
    }

    private void close(HostedPeer peer, PeerEnd end, long nowNanos) {
        try {
            peer.close(end, nowNanos);
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError fault) {
            faults.onAnyFault("closing a peer", fault);
        } finally {
            if (has(peer)) {
                closed(peer);
                paths.removeAllOf(peer);
                ufrags.removeAllOf(peer);
                events().onEvent(new PeerEvent.Closed(peer.id(), end));
            }
        }
    }

    /// Ends everybody.
    void stop(long nowNanos) {
        for (var peer : List.copyOf(peers.values())) {
            closeSoon(peer, PeerEnd.SERVER_STOPPING);
        }
        closeWaiting(nowNanos);
    }

    @Override
    public EgressMemory egress() {
        return egress;
    }

    @Override
    public PacketMemory packets() {
        return context.memory();
    }

    @Override
    public FateCounters fates() {
        return context.fates();
    }

    @Override
    public MediaEvents events() {
        return context.events();
    }

    @Override
    public List<LocalTransport.Candidate> candidates() {
        return candidates;
    }

    @Override
    public void send(Path path, long offset, int length) {
        egress.take(offset, length);
        path.socket().queue(path, offset, length);
    }

    @Override
    public boolean post(HostedPeer peer, Task task) {
        return inbox.offer(new LoopInbox.PeerTask(peer, task));
    }

    @Override
    public boolean bind(Path path, HostedPeer peer, long nowNanos) {
        var owner = paths.ownerOf(path);
        if (owner != null && !owner.equals(peer) && owner.isAt(path, nowNanos)) {
            return false;
        }
        return paths.put(path, peer);
    }

    @Override
    public void unbind(Path path, HostedPeer peer) {
        paths.remove(path, peer);
    }

    @Override
    public boolean register(String ufrag, HostedPeer peer) {
        return ufrags.add(ufrag, peer);
    }

    @Override
    public void unregister(String ufrag) {
        ufrags.remove(ufrag);
    }

    @Override
    public void wakeAt(long atNanos) {
        nextNanos = Math.min(nextNanos, atNanos);
        wakeup.want(atNanos);
    }

    @Override
    public void closeSoon(HostedPeer peer, PeerEnd end) {
        closing.putIfAbsent(peer, end);
    }

    @Override
    public void closed(HostedPeer peer) {
        peers.remove(peer.id(), peer);
        count = peers.size();
    }
}
