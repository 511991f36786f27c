// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

/// The way to one receiver of events. Called by one thread at a time, which may wait.
interface Receiver extends AutoCloseable {
    /// What became of a message.
    enum Outcome {
        DELIVERED,
        /// The same may be taken later.
        FAILED,
        /// It would never be taken.
        REFUSED
    }

    /// Delivers a message of one or more events; gives up in time.
    ///
    /// @param first the number of the first event in it
    Outcome deliver(byte[] message, int events, long first) throws InterruptedException;

    @Override
    void close();
}
