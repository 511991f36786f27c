// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import io.portunus.core.time.Deadlines;
import io.portunus.transport.ice.StunMessage.Kind;
import io.portunus.transport.udp.Path;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Asks the address that the client wants its media at to prove itself, by a check of our own that
/// is sent again until it is answered or given up. One address at a time: the newest one wanted.
/// Confined to its media loop.
final class PathProbe {
    /// A client that still wants it nominates again every few seconds, which starts over.
    private static final int MAX_ATTEMPTS = 6;

    private static final long FIRST_RETRY_NANOS = 100_000_000L;

    /// Whatever is asked for, not more than ten checks a second leave for one client.
    private static final long MIN_INTERVAL_NANOS = 100_000_000L;

    /// RFC 8445 §5.1.2.1, as of a peer-reflexive candidate of component 1.
    private static final int PRIORITY = (110 << 24) | (0xFFFF << 8) | 255;

    private final StunCodec codec;
    private final RandomGenerator random;
    private final long tieBreaker;
    private @Nullable Path path;
    private String remoteUfrag = "";
    private @Nullable IceKey remote;
    private @Nullable IceKey local;
    private final byte[] transactionId = new byte[StunFormat.TRANSACTION_ID_BYTES];
    private int attempts;
    private long sentAtNanos = Long.MIN_VALUE / 2;
    private long dueAtNanos = Deadlines.NEVER;

    PathProbe(StunCodec codec, RandomGenerator random, long tieBreaker) {
        this.codec = codec;
        this.random = random;
        this.tieBreaker = tieBreaker;
    }

    /// The client has nominated `wanted`, as the holder of `remoteUfrag`. Waits for its SDP if
    /// `remote` are not the credentials that go with that.
    void start(
            Path wanted, String remoteUfrag, @Nullable IceKey remote, IceKey local, long nowNanos) {
        var isSame = Objects.equals(wanted, path) && remoteUfrag.equals(this.remoteUfrag);
        if (isSame && attempts < MAX_ATTEMPTS) {
            return;
        }
        path = wanted;
        this.remoteUfrag = remoteUfrag;
        restart(remote, local, nowNanos);
    }

    /// The client's SDP has come.
    void onRemote(IceKey remote, IceKey local, long nowNanos) {
        if (path != null) {
            restart(remote, local, nowNanos);
        }
    }

    private void restart(@Nullable IceKey remote, IceKey local, long nowNanos) {
        attempts = 0;
        this.remote = remote;
        this.local = local;
        random.nextBytes(transactionId);
        var canAsk = remote != null && remote.ufrag().equals(remoteUfrag);
        dueAtNanos =
                canAsk ? Math.max(nowNanos, sentAtNanos + MIN_INTERVAL_NANOS) : Deadlines.NEVER;
    }

    void stop() {
        path = null;
        dueAtNanos = Deadlines.NEVER;
    }

    void onForgotten(Path forgotten) {
        if (Objects.equals(forgotten, path)) {
            stop();
        }
    }

    /// The address that has yet to prove itself.
    @Nullable Path path() {
        return path;
    }

    boolean isAwaiting(Path from, StunMessage answer) {
        return Objects.equals(from, path)
                && attempts > 0
                && answer.kind() == Kind.SUCCESS
                && answer.hasTransactionId(transactionId);
    }

    /// Has the codec write the check that is due now; false where none is.
    boolean writeNext(long nowNanos) {
        if (nowNanos < dueAtNanos || remote == null || local == null) {
            return false;
        }
        if (attempts == MAX_ATTEMPTS) {
            dueAtNanos = Deadlines.NEVER;
            return false;
        }
        sentAtNanos = nowNanos;
        dueAtNanos = nowNanos + (FIRST_RETRY_NANOS << attempts);
        attempts++;
        codec.request(transactionId, remote, local, PRIORITY, tieBreaker);
        return true;
    }

    long nextDeadlineNanos() {
        return dueAtNanos;
    }
}
