/// ICE-lite: connectivity checks, nomination, restarts and changes of address, and the STUN
/// messages of these.
@NullMarked
package io.portunus.transport.ice;

import org.jspecify.annotations.NullMarked;
