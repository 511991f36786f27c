/// SRTP and SRTCP over off-heap memory: key derivation, protecting, unprotecting, replay windows,
/// and the ciphers behind them.
@NullMarked
package io.portunus.transport.srtp;

import org.jspecify.annotations.NullMarked;
