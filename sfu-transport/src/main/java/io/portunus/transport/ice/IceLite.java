// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import io.portunus.core.fate.Fate;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The ICE-lite side of one connection (RFC 8445 §2.5): answers checks, learns the client's
/// addresses from them, and knows whether the client is still there. Told the time; does no I/O of
/// its own. Confined to its media loop.
///
/// Nothing is sent to whoever has not proven that it knows our password. Media moves to another
/// address only after that has answered a check of our own, since a check that somebody has seen
/// can be sent again from anywhere (see docs/adr/0003).
public final class IceLite {
    /// What becomes of what ICE decides. Called on the media loop.
    public interface Outlet {
        /// Sends the first `length` bytes of `message`, which are there until the call returns.
        void send(Path path, byte[] message, int length);

        /// The client has sent an authentic check by `path`: from now on other packets from there
        /// may be looked at, unless they already are. False when that cannot be.
        boolean open(Path path, long nowNanos);

        /// The client has not used `path` for long, and others need its place.
        void close(Path path);

        /// From now on what is sent to the client goes by `path`.
        void select(Path path, long nowNanos);

        /// Checks with this local ufrag won't come any more.
        void retire(String ufrag);
    }

    /// How many addresses of one client are known at once. Browsers check from a few each.
    static final int MAX_PATHS = 16;

    /// Two sets of local credentials: those in use and those of a restart.
    private static final int MAX_CREDENTIALS = 2;

    /// Media by another address, and none by the selected one for so long: the client has moved
    /// without nominating, as behind a router that was restarted.
    private static final long MOVED_BY_MEDIA_NANOS = 1_000_000_000;

    /// The same of checks, which a client sends on its spare addresses too.
    private static final long MOVED_BY_CHECK_NANOS = 4_000_000_000L;

    /// A client may not control: with a tie-breaker of zero, ours is never the greater one (RFC
    /// 8445 §7.3.1.1).
    private static final long TIE_BREAKER = 0;

    private final StunCodec codec;
    private final IceSettings settings;
    private final Outlet outlet;
    private final PathProbe probe;
    private final List<IceKey> keys = new ArrayList<>();
    private final List<KnownPath> paths = new ArrayList<>();
    private @Nullable IceKey remote;
    private @Nullable Path selected;
    private final long openedAtNanos;
    private long heardAtNanos;
    private long heardBySelectedAtNanos;
    private long connectingSinceNanos = Deadlines.NEVER;

    private static final class KnownPath {
        final Path path;
        long heardAtNanos;

        KnownPath(Path path) {
            this.path = path;
        }
    }

    /// @param random a cryptographically strong one
    public IceLite(
            StunCodec codec,
            IceSettings settings,
            RandomGenerator random,
            Outlet outlet,
            long nowNanos) {
        this.codec = codec;
        this.settings = settings;
        this.outlet = outlet;
        probe = new PathProbe(codec, random, TIE_BREAKER);
        openedAtNanos = nowNanos;
        heardAtNanos = nowNanos;
    }

    /// Gives new local credentials: the first ones, or those of an ICE restart, which replace the
    /// old ones once a check with them has come. Returns those that are given up for them at once.
    public @Nullable IceCredentials offer(IceCredentials offered) {
        IceCredentials replaced = null;
        if (keys.size() == MAX_CREDENTIALS) {
            replaced = keys.removeLast().credentials();
        }
        keys.add(new IceKey(offered));
        return replaced;
    }

    /// The newest local credentials.
    public IceCredentials local() {
        return keys.getLast().credentials();
    }

    /// All local ufrags under which checks may come.
    public List<String> localUfrags() {
        return keys.stream().map(IceKey::ufrag).toList();
    }

    /// The client's credentials have come, with its SDP.
    public void onRemote(IceCredentials client, long nowNanos) {
        if (remote == null) {
            connectingSinceNanos = nowNanos;
        }
        var key = new IceKey(client);
        remote = key;
        probe.onRemote(key, keys.getLast(), nowNanos);
        sendProbe(nowNanos);
    }

    /// A datagram that is STUN by its first byte. The fate is the caller's to count.
    public Fate onStun(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        var message = codec.read(memory, offset, length);
        if (message == null) {
            return Fate.STUN_MALFORMED;
        }
        return switch (message.kind()) {
            case REQUEST -> onRequest(path, message, nowNanos);
            case SUCCESS -> onSuccess(path, message, nowNanos);
            // Nothing that we ask can be refused in a way that we could act upon, and an
            // indication of a client proves nothing.
            case ERROR, INDICATION -> Fate.STUN_NOT_FOR_US;
        };
    }

    /// A packet of the client's that came by `path` has proven authentic, by SRTP.
    public void onAlive(Path path, long nowNanos) {
        heardAtNanos = nowNanos;
        if (Objects.equals(path, selected)) {
            heardBySelectedAtNanos = nowNanos;
        } else if (nowNanos - heardBySelectedAtNanos >= MOVED_BY_MEDIA_NANOS) {
            follow(path, remote == null ? "" : remote.ufrag(), nowNanos);
        }
    }

    private Fate onRequest(Path path, StunMessage message, long nowNanos) {
        var own = find(message);
        if (own == null) {
            return Fate.STUN_NOT_FOR_US;
        }
        if (!message.isAuthentic(own.integrity())) {
            return Fate.STUN_NOT_AUTHENTIC;
        }
        heardAtNanos = nowNanos;
        if (message.unknownCount() > 0) {
            codec.unknownAttributes(message, own);
            send(path);
        } else if (message.senderIsControlled()) {
            codec.roleConflict(message, own);
            send(path);
        } else if (learn(path, nowNanos)) {
            codec.success(message, path, own);
            send(path);
            retireBefore(own);
            choose(path, message, nowNanos);
        } else {
            return Fate.UNKNOWN_ADDRESS;
        }
        return Fate.STUN_ANSWERED;
    }

    private void send(Path path) {
        outlet.send(path, codec.bytes(), codec.length());
    }

    private @Nullable IceKey find(StunMessage message) {
        for (var i = 0; i < keys.size(); i++) {
            if (message.isFor(keys.get(i))) {
                return keys.get(i);
            }
        }
        return null;
    }

    /// False when there is no room for another address, or another client is there. A known one is
    /// opened again, as a check of somebody else may have taken it.
    private boolean learn(Path path, long nowNanos) {
        if (!outlet.open(path, nowNanos)) {
            return false;
        }
        var known = known(path);
        if (known == null) {
            known = new KnownPath(path);
            paths.add(known);
        }
        known.heardAtNanos = nowNanos;
        if (paths.size() > MAX_PATHS) {
            forgetOne(path);
        }
        return true;
    }

    private @Nullable KnownPath known(Path path) {
        for (var i = 0; i < paths.size(); i++) {
            if (paths.get(i).path.equals(path)) {
                return paths.get(i);
            }
        }
        return null;
    }

    private void forgetOne(Path except) {
        KnownPath oldest = null;
        for (var known : paths) {
            var isNeeded = Objects.equals(known.path, selected) || known.path.equals(except);
            if (!isNeeded && (oldest == null || known.heardAtNanos < oldest.heardAtNanos)) {
                oldest = known;
            }
        }
        if (oldest != null) {
            paths.remove(oldest);
            probe.onForgotten(oldest.path);
            outlet.close(oldest.path);
        }
    }

    /// A restart is over when a check with its credentials comes.
    private void retireBefore(IceKey used) {
        while (!keys.getFirst().equals(used)) {
            outlet.retire(keys.removeFirst().ufrag());
        }
    }

    private void choose(Path path, StunMessage check, long nowNanos) {
        if (selected == null) {
            select(path, nowNanos);
        } else if (Objects.equals(path, selected)) {
            heardBySelectedAtNanos = nowNanos;
            if (check.nominates()) {
                probe.stop();
            }
        } else if (check.nominates() || nowNanos - heardBySelectedAtNanos >= MOVED_BY_CHECK_NANOS) {
            follow(path, check.remoteUfrag(), nowNanos);
        }
    }

    /// Asks the address to prove itself, and goes there if it does.
    private void follow(Path path, String remoteUfrag, long nowNanos) {
        probe.start(path, remoteUfrag, remote, keys.getLast(), nowNanos);
        sendProbe(nowNanos);
    }

    private void select(Path path, long nowNanos) {
        heardBySelectedAtNanos = heardAtNanos;
        if (!Objects.equals(path, selected)) {
            selected = path;
            outlet.select(path, nowNanos);
        }
    }

    private Fate onSuccess(Path path, StunMessage message, long nowNanos) {
        if (!probe.isAwaiting(path, message)) {
            return Fate.STUN_NOT_FOR_US;
        }
        if (remote == null || !message.isAuthentic(remote.integrity())) {
            return Fate.STUN_NOT_AUTHENTIC;
        }
        heardAtNanos = nowNanos;
        probe.stop();
        select(path, nowNanos);
        return Fate.STUN_ANSWERED;
    }

    private void sendProbe(long nowNanos) {
        var path = probe.path();
        if (path != null && probe.writeNext(nowNanos)) {
            send(path);
        }
    }

    /// Where the client is; null while that isn't known.
    public @Nullable Path selected() {
        return selected;
    }

    /// All addresses from which the client has sent authentic checks.
    public List<Path> paths() {
        return paths.stream().map(known -> known.path).toList();
    }

    /// For how long nothing authentic has come; since it was opened, if nothing ever did.
    public long silentNanos(long nowNanos) {
        return nowNanos - heardAtNanos;
    }

    /// Whether the client is gone, or never came.
    public boolean isGone(long nowNanos) {
        return nowNanos >= goneAtNanos();
    }

    private long goneAtNanos() {
        if (heardAtNanos > openedAtNanos || selected != null) {
            return heardAtNanos + settings.silence().toNanos();
        }
        return connectingSinceNanos == Deadlines.NEVER
                ? Deadlines.NEVER
                : connectingSinceNanos + settings.connecting().toNanos();
    }

    public long nextDeadlineNanos() {
        return Math.min(goneAtNanos(), probe.nextDeadlineNanos());
    }

    /// Sends again what is due. Whether the client is gone is to be asked separately.
    public void onDeadline(long nowNanos) {
        sendProbe(nowNanos);
    }
}
