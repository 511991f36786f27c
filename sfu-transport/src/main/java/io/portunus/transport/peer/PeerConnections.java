// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.peer;

import io.portunus.core.door.PeerId;
import io.portunus.transport.dtls.DtlsIdentity;
import io.portunus.transport.dtls.DtlsPermits;
import io.portunus.transport.dtls.DtlsSettings;
import io.portunus.transport.dtls.DtlsWarmUp;
import io.portunus.transport.ice.IceSettings;
import io.portunus.transport.ice.StunCodec;
import io.portunus.transport.srtp.SrtpCipherProvider;
import io.portunus.transport.srtp.SrtpCiphers;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all connections of the server share: its certificate, its patience, its processors.
/// Thread-safe; each media loop gets a factory of its own.
public final class PeerConnections {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);

    private final DtlsIdentity identity;
    private final IceSettings ice;
    private final DtlsSettings dtls;
    private final String cipherProvider;
    private final SecureRandom random;
    private final DtlsPermits permits = new DtlsPermits(Runtime.getRuntime().availableProcessors());

    /// Takes a second or two, in which everything that is slow the first time is done once.
    ///
    /// @param cipherProvider a name of [SrtpCiphers#names] or [SrtpCiphers#BEST]
    public PeerConnections(
            DtlsIdentity identity,
            IceSettings ice,
            DtlsSettings dtls,
            String cipherProvider,
            SecureRandom random) {
        this.identity = identity;
        this.ice = ice;
        this.dtls = dtls;
        this.cipherProvider = cipherProvider;
        this.random = random;
        StunCodec.warmUp();
        var chosen =
                SrtpCiphers.choose(
                        cipherProvider, (name, why) -> LOG.info("no ciphers of {}: {}", name, why));
        LOG.info("media is encrypted by {}", chosen.name());
        if (!DtlsWarmUp.run(identity, permits)) {
            throw new IllegalStateException("the server cannot do a DTLS handshake with itself");
        }
    }

    /// For one media loop.
    public PeerFactory forLoop() {
        return new LoopFactory(SrtpCiphers.choose(cipherProvider));
    }

    private final class LoopFactory implements PeerFactory {
        private final SrtpCipherProvider ciphers;
        private final StunCodec stun = new StunCodec();

        LoopFactory(SrtpCipherProvider ciphers) {
            this.ciphers = ciphers;
        }

        @Override
        public HostedPeer create(PeerId id, PeerHost host, long nowNanos) {
            return new PeerConnection(id, host, PeerConnections.this, stun, ciphers, nowNanos);
        }

        @Override
        public void completePackets() {
            ciphers.completeBurst();
        }

        @Override
        public String cipherProvider() {
            return ciphers.name();
        }
    }

    DtlsIdentity identity() {
        return identity;
    }

    IceSettings ice() {
        return ice;
    }

    DtlsSettings dtls() {
        return dtls;
    }

    SecureRandom random() {
        return random;
    }

    DtlsPermits permits() {
        return permits;
    }
}
