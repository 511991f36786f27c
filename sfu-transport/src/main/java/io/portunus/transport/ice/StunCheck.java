// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.util.Arrays;

/// The check by which a controlling client chooses the address that it comes from (RFC 8445 §7.1,
/// §8.1.1). The server is never that client, but for when it [warms
/// up][io.portunus.transport.warmup]. Confined to one thread.
public final class StunCheck {
    private static final int PRIORITY = 0x6E00_1EFF;

    private final StunWriter writer = new StunWriter(new Sha1());
    private final byte[] transactionId = new byte[StunFormat.TRANSACTION_ID_BYTES];

    /// One message, with a transaction of its own.
    ///
    /// @param server whom to check
    /// @param ufrag the client's own
    public byte[] write(IceCredentials server, String ufrag) {
        countUp();
        writer.begin(StunFormat.REQUEST, transactionId);
        writer.userName(server.ufrag(), ufrag);
        writer.attribute(StunFormat.PRIORITY, 4).putInt(PRIORITY);
        writer.attribute(StunFormat.ICE_CONTROLLING, 8).putLong(1);
        writer.attribute(StunFormat.USE_CANDIDATE, 0);
        writer.sign(new IceKey(server).integrity());
        return Arrays.copyOf(writer.bytes(), writer.length());
    }

    private void countUp() {
        for (var at = transactionId.length - 1; ++transactionId[at] == 0 && at > 0; at--) {
            // Carries over.
        }
    }
}
