// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.ice;

/// The numbers of STUN that ICE needs (RFC 8489, RFC 8445 §16.1).
///
/// ```
///  0                   1                   2                   3
///  |0 0|      type             |            length             |
///  |                   magic cookie 0x2112A442                 |
///  |                 transaction id, 96 bits …                 |
///  |  attribute type           |            length             |  value, padded to 4 …
/// ```
final class StunFormat {
    static final int HEADER_BYTES = 20;
    static final int LENGTH_AT = 2;
    static final int COOKIE_AT = 4;
    static final int TRANSACTION_ID_AT = 8;
    static final int TRANSACTION_ID_BYTES = 12;
    static final int ATTRIBUTE_HEADER_BYTES = 4;
    static final int MAGIC_COOKIE = 0x2112_A442;

    static final int REQUEST = 0x0001;
    static final int INDICATION = 0x0011;
    static final int SUCCESS = 0x0101;
    static final int ERROR = 0x0111;

    static final int MAPPED_ADDRESS = 0x0001;
    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int REALM = 0x0014;
    static final int NONCE = 0x0015;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;

    /// From here on what is not known may be ignored (RFC 8489 §14).
    static final int COMPREHENSION_OPTIONAL = 0x8000;

    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    static final int FINGERPRINT_BYTES = 4;

    /// RFC 8489 §14.7.
    static final int FINGERPRINT_XOR = 0x5354_554E;

    /// RFC 8489 §14.1.
    static final int IPV4 = 1;

    static final int IPV6 = 2;

    private StunFormat() {}

    static int padded(int bytes) {
        return (bytes + 3) & ~3;
    }
}
