// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

/// The bytes of one STUN message. Nobody changes them.
final class StunBytes {
    final byte[] array;

    StunBytes(byte[] array) {
        this.array = array;
    }
}
