// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.testkit;

import io.portunus.core.door.PeerId;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerFactory;
import io.portunus.transport.peer.PeerHost;
import java.util.concurrent.atomic.AtomicBoolean;

/// Makes connections like any other, but for the faults of our own that a test wants in them: what
/// the server will have some day, and must contain. One for each media loop; the wishes are
/// thread-safe.
public final class FaultyPeers implements PeerFactory {
    /// How the code of one connection fails.
    public enum Failure {
        EXCEPTION(117),
        ASSERTION(118),
        ENDLESS_RECURSION(119);

        private final int payloadType;

        Failure(int payloadType) {
            this.payloadType = payloadType;
        }

        /// The payload type of the SRTP packet that makes it fail so. It is in the clear.
        public int payloadType() {
            return payloadType;
        }

        void happen() {
            switch (this) {
                case EXCEPTION -> throw new IllegalStateException("a fault on purpose");
                case ASSERTION -> throw new AssertionError("a fault on purpose");
                case ENDLESS_RECURSION -> deeper(1);
            }
        }

        private static int deeper(int depth) {
            return depth < 0 ? 0 : 1 + deeper(depth + 1);
        }
    }

    private final PeerFactory factory;
    private final AtomicBoolean failsToClose;

    /// @param failsToClose while set, the next connection that its room ends fails instead, which
    ///   is a fault of the room's; it is unset by that
    public FaultyPeers(PeerFactory factory, AtomicBoolean failsToClose) {
        this.factory = factory;
        this.failsToClose = failsToClose;
    }

    @Override
    public HostedPeer create(PeerId id, PeerHost host, long nowNanos) {
        return new FaultyPeer(id, factory, failsToClose, host, nowNanos);
    }

    @Override
    public void completePackets() {
        factory.completePackets();
    }

    @Override
    public String cipherProvider() {
        return factory.cipherProvider();
    }
}
