// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

import java.util.List;

/// A well-formed STUN Binding message (RFC 8489) that has not proven anything yet: only what is
/// needed to find the key is read. [StunCodec] makes it and [StunCodec#authenticate] reads the
/// rest.
///
/// @param transactionId 12 bytes in hexadecimal
/// @param localUfrag the part of the user name before the colon: ours in a request, else empty
/// @param remoteUfrag the part behind it
/// @param bytes the whole message
/// @param integrityAt where MESSAGE-INTEGRITY starts
record StunMessage(
        Kind kind,
        String transactionId,
        String localUfrag,
        String remoteUfrag,
        StunBytes bytes,
        int integrityAt) {
    enum Kind {
        REQUEST,
        SUCCESS,
        ERROR,
        INDICATION
    }

    /// What an authentic message says.
    ///
    /// @param nominates USE-CANDIDATE
    /// @param senderIsControlled ICE-CONTROLLED
    /// @param unknown comprehension-required attributes that we don't know
    record Content(boolean nominates, boolean senderIsControlled, List<Character> unknown) {
        Content {
            unknown = List.copyOf(unknown);
        }
    }
}
