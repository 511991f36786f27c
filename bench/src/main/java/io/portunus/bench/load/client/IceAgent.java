// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load.client;

import io.portunus.bench.load.client.Stun.Role;
import io.portunus.bench.load.udp.Address;
import io.portunus.transport.ice.IceCredentials;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A full ICE agent with one component and one local candidate (RFC 8445), by regular nomination.
/// Goes on checking the pair that it has chosen, which is the server's consent and ours (RFC 7675).
/// Told the time; confined to its network thread.
final class IceAgent {
    /// Where the agent's messages go.
    interface Output {
        void send(byte[] datagram, long to);
    }

    /// How many addresses of the server are tried at most.
    static final int MAX_REMOTES = 16;

    /// RFC 8445 §14.2 has 50 ms between checks.
    private static final long CHECK_NANOS = 50_000_000L;

    /// As often as browsers do on a pair that works.
    private static final long KEEP_ALIVE_NANOS = 2_500_000_000L;

    /// Checks that wait for an answer; the oldest matter no more.
    private static final int MAX_WAITING = 256;

    /// A host candidate's, peer-reflexive as the attribute wants it (RFC 8445 §7.1.1).
    private static final int PRIORITY = 110 << 24 | 65_535 << 8 | 255;

    private record Waiting(long remote, Role role, boolean nominates) {}

    private final IceCredentials local;
    private final RandomGenerator random;
    private final Output output;
    private final List<Long> remotes = new ArrayList<>();
    private final Set<Long> valid = new HashSet<>();
    private final Set<Long> nominated = new HashSet<>();
    private final Map<Stun.Id, Waiting> waiting = new HashMap<>();
    private Role role;
    private long tieBreaker;
    private @Nullable IceCredentials remote;
    private long selected = Address.NONE;
    private long nextCheckNanos = Long.MIN_VALUE;
    private int roleConflicts;

    IceAgent(IceCredentials local, Role role, RandomGenerator random, Output output) {
        this.local = local;
        this.role = role;
        this.random = random;
        this.output = output;
        tieBreaker = random.nextLong();
    }

    /// What the server's description says. A lite agent never controls.
    void remote(IceCredentials credentials, boolean isLite, List<Long> candidates, long nowNanos) {
        remote = credentials;
        if (isLite) {
            role = Role.CONTROLLING;
        }
        candidates.forEach(this::learn);
        onTick(nowNanos);
    }

    private void learn(long address) {
        if (!remotes.contains(address) && remotes.size() < MAX_REMOTES) {
            remotes.add(address);
        }
    }

    Role role() {
        return role;
    }

    /// Where to send to; [Address#NONE] before there is a pair.
    long selected() {
        return selected;
    }

    /// How often one of the two had to give way.
    int roleConflicts() {
        return roleConflicts;
    }

    void onTick(long nowNanos) {
        if (remote == null || nowNanos < nextCheckNanos) {
            return;
        }
        if (selected != Address.NONE) {
            nextCheckNanos = nowNanos + KEEP_ALIVE_NANOS;
            check(selected, false);
            return;
        }
        nextCheckNanos = nowNanos + CHECK_NANOS;
        var toNominate = role == Role.CONTROLLING && !valid.isEmpty();
        for (var to : remotes) {
            if (!toNominate) {
                check(to, false);
            } else if (valid.contains(to)) {
                check(to, true);
                return;
            }
        }
    }

    private void check(long to, boolean nominate) {
        var remote = this.remote;
        if (remote == null) {
            return;
        }
        if (waiting.size() >= MAX_WAITING) {
            waiting.clear();
        }
        var id = new Stun.Id(random.nextInt(), random.nextLong());
        waiting.put(id, new Waiting(to, role, nominate));
        var userName = remote.ufrag() + ":" + local.ufrag();
        output.send(
                Stun.check(id, userName, remote.password(), role, tieBreaker, PRIORITY, nominate),
                to);
    }

    void onDatagram(byte[] datagram, long from, long nowNanos) {
        var message = Stun.read(datagram);
        if (message == null) {
            return;
        }
        switch (message.kind()) {
            case REQUEST -> onRequest(message, from);
            case SUCCESS -> onSuccess(message, from, nowNanos);
            case ERROR -> onError(message, nowNanos);
            case INDICATION -> {
                // Keeps a NAT open; there is none.
            }
        }
    }

    private void onRequest(Stun request, long from) {
        if (!request.userName().startsWith(local.ufrag() + ":")
                || !request.isSignedWith(local.password())) {
            return;
        }
        if (request.role() == role && !givesWay(request)) {
            output.send(Stun.roleConflict(request.id(), local.password()), from);
            return;
        }
        output.send(Stun.success(request.id(), from, local.password()), from);
        learn(from);
        if (role == Role.CONTROLLED && request.nominates()) {
            nominated.add(from);
            selectNominated(from);
        }
        if (selected == Address.NONE && !valid.contains(from)) {
            check(from, false);
        }
    }

    /// RFC 8445 §7.3.1.1: the greater tie-breaker controls.
    private boolean givesWay(Stun request) {
        roleConflicts++;
        var oursIsGreater = Long.compareUnsigned(tieBreaker, request.tieBreaker()) >= 0;
        if (oursIsGreater == (role == Role.CONTROLLING)) {
            return false;
        }
        role = role.opposite();
        return true;
    }

    private void onSuccess(Stun response, long from, long nowNanos) {
        var request = waiting.get(response.id());
        // RFC 8445 §7.2.5.2.1: the answer must come from where the check went.
        if (request == null
                || request.remote() != from
                || remote == null
                || !response.isSignedWith(remote.password())) {
            return;
        }
        waiting.remove(response.id());
        valid.add(from);
        if (role == Role.CONTROLLED) {
            selectNominated(from);
        } else if (request.nominates()) {
            select(from);
        } else if (selected == Address.NONE && valid.size() == 1) {
            check(from, true);
        }
        if (selected != Address.NONE) {
            nextCheckNanos = Math.max(nextCheckNanos, nowNanos + KEEP_ALIVE_NANOS / 2);
        }
    }

    private void selectNominated(long remote) {
        if (nominated.contains(remote) && valid.contains(remote)) {
            select(remote);
        }
    }

    private void select(long remote) {
        selected = remote;
    }

    /// RFC 8445 §7.2.5.1: takes the other role than that of the check, and checks again.
    private void onError(Stun error, long nowNanos) {
        var request = waiting.get(error.id());
        if (request == null
                || error.errorCode() != Stun.ROLE_CONFLICT
                || remote == null
                || !error.isSignedWith(remote.password())) {
            return;
        }
        waiting.remove(error.id());
        if (role == request.role()) {
            roleConflicts++;
            role = role.opposite();
            tieBreaker = random.nextLong();
        }
        nextCheckNanos = nowNanos;
        onTick(nowNanos);
    }
}
