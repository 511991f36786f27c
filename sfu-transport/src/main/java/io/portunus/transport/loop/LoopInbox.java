// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.MediaCommand;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerHost;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/// What other threads have handed to a media loop and it has not yet looked at; bounded. Putting in
/// is thread-safe and never waits, taking out is the loop's.
final class LoopInbox {
    /// How many commands may wait.
    static final int COMMANDS = 8_192;

    /// How many results of slow work may wait.
    static final int TASKS = 4_096;

    /// A result of slow work, and whom it is for.
    record PeerTask(HostedPeer peer, PeerHost.Task task) {}

    private final MpscAtomicArrayQueue<MediaCommand> commands =
            new MpscAtomicArrayQueue<>(COMMANDS);
    private final MpscAtomicArrayQueue<PeerTask> tasks = new MpscAtomicArrayQueue<>(TASKS);
    private final AtomicBoolean turnAsked = new AtomicBoolean();
    private final Executor loop;
    private final Runnable turn;
    private volatile boolean closed;

    /// @param turn what the loop does to look into this inbox: [#startTurn], then take
    LoopInbox(Executor loop, Runnable turn) {
        this.loop = loop;
        this.turn = turn;
    }

    /// False, and nothing will come of it, when full or closed.
    boolean offer(MediaCommand command) {
        return !closed && commands.offer(command) && askForTurn();
    }

    /// False, and nothing will come of it, when full or closed.
    boolean offer(PeerTask task) {
        return !closed && tasks.offer(task) && askForTurn();
    }

    /// One turn is asked for at a time, so that the loop's own queue, which has no bound, holds one
    /// task of ours at most.
    boolean askForTurn() {
        if (turnAsked.get() || !turnAsked.compareAndSet(false, true)) {
            return true;
        }
        try {
            loop.execute(turn);
            return true;
        } catch (RejectedExecutionException e) {
            closed = true;
            return false;
        }
    }

    /// From here on, whatever is put in asks for the next turn.
    void startTurn() {
        turnAsked.set(false);
    }

    @Nullable MediaCommand nextCommand() {
        return commands.poll();
    }

    @Nullable PeerTask nextTask() {
        return tasks.poll();
    }

    boolean isEmpty() {
        return commands.isEmpty() && tasks.isEmpty();
    }

    /// How many commands wait; a guess while others put in.
    int waiting() {
        return commands.size();
    }

    /// Refuses everything from now on; what is in stays in.
    void close() {
        closed = true;
    }
}
