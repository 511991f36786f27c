// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Binding requests as bytes, authentic or not.
final class Stun {
    private static final short BINDING_REQUEST = 0x0001;
    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final short USERNAME = 0x0006;
    private static final short PRIORITY = 0x0024;

    private Stun() {}

    /// Without a user name where it is empty.
    static byte[] request(String userName) {
        var name = userName.getBytes(StandardCharsets.UTF_8);
        var padded = name.length + 3 & ~3;
        var body = 8 + (name.length > 0 ? 4 + padded : 0);
        var message = ByteBuffer.allocate(20 + body);
        message.putShort(BINDING_REQUEST).putShort((short) body).putInt(MAGIC_COOKIE);
        message.position(20);
        message.putShort(PRIORITY).putShort((short) 4).putInt(1);
        if (name.length > 0) {
            message.putShort(USERNAME).putShort((short) name.length).put(name);
        }
        return message.array();
    }
}
