/// DTLS 1.2 with SRTP keying (RFC 6347, RFC 5764) by Bouncy Castle, on virtual threads: handshakes,
/// certificates and alerts.
@NullMarked
package io.portunus.transport.dtls;

import org.jspecify.annotations.NullMarked;
