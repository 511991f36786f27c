// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

/// The one timer of a media loop. Made by [SocketKind#timer], together with its sockets, and like
/// them confined to the loop once that runs.
public interface LoopTimer extends AutoCloseable {
    /// Goes off once, after so long, in place of whatever it was set to before.
    ///
    /// @param delayNanos more than 0
    void set(long delayNanos);

    /// Does not go off.
    void stop();

    @Override
    void close();
}
