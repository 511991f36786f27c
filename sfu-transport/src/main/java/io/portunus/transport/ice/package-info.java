/// ICE-lite: connectivity checks, nomination, restarts and changes of address, with ice4j as the
/// STUN codec.
@NullMarked
package io.portunus.transport.ice;

import org.jspecify.annotations.NullMarked;
