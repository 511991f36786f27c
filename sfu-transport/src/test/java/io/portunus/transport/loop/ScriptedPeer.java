// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.PeerCommand;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerEvent;
import io.portunus.core.door.PeerId;
import io.portunus.core.peer.Egress;
import io.portunus.core.peer.Peer;
import io.portunus.core.time.Deadlines;
import io.portunus.transport.peer.HostedPeer;
import io.portunus.transport.peer.PeerHost;
import io.portunus.transport.testkit.DeafEgress;
import io.portunus.transport.udp.Path;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A peer without ICE, DTLS or SRTP: believes every check, says what it is told and does what the
/// test wants. The journal may be shared by many.
final class ScriptedPeer implements HostedPeer {
    /// The first bytes of what makes it fail, as the fault of our own that we will have some day.
    static final int FAULTY_BYTE = 0x77;

    /// What ends its loop, by an error that nobody contains: too long to be met by chance.
    static final byte[] FATAL = {22, 'f', 'a', 't', 'a', 'l'};

    private final PeerId id;
    private final PeerHost host;
    private final List<String> journal;
    private @Nullable Peer core;
    private long deadlineNanos = Deadlines.NEVER;
    long leavesAtNanos;
    boolean failsOnDeadline;
    boolean failsOnClose;
    @Nullable Runnable onNextDeadline;

    ScriptedPeer(PeerId id, PeerHost host, List<String> journal) {
        this.id = id;
        this.host = host;
        this.journal = journal;
    }

    void wakeAt(long atNanos) {
        deadlineNanos = atNanos;
        host.wakeAt(atNanos);
    }

    String ufrag() {
        return "ufrag" + id.value();
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public Egress egress() {
        return new DeafEgress();
    }

    @Override
    public void open(long request, Peer core, long nowNanos) {
        this.core = core;
        host.register(ufrag(), this);
        var local = new LocalTransport(ufrag(), "password", "00", host.candidates());
        host.events().onEvent(new PeerEvent.Opened(request, id, local));
    }

    @Override
    public void onStun(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        note("stun " + length + " at " + nowNanos);
        host.bind(path, this, nowNanos);
        answer(path, memory, offset, length);
    }

    @Override
    public boolean isAt(Path path, long nowNanos) {
        return nowNanos < leavesAtNanos;
    }

    @Override
    public void onDtls(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        note("dtls " + length);
        if (memory.get(ValueLayout.JAVA_BYTE, offset + 1) == FAULTY_BYTE) {
            throw new IllegalStateException("a fault on purpose");
        }
        if (memory.asSlice(offset, length).mismatch(MemorySegment.ofArray(FATAL)) < 0) {
            throw new InternalError("an error on purpose");
        }
        answer(path, memory, offset, length);
    }

    @Override
    public void onSrtp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        note("srtp " + length);
    }

    @Override
    public void onSrtcp(Path path, MemorySegment memory, long offset, int length, long nowNanos) {
        note("srtcp " + length);
    }

    private void answer(Path path, MemorySegment memory, long offset, int length) {
        var to = host.egress().reserve(length);
        MemorySegment.copy(memory, offset, host.egress().memory(), to, length);
        host.send(path, to, length);
    }

    @Override
    public void apply(PeerCommand command, long nowNanos) {
        note(command.getClass().getSimpleName());
        if (command instanceof PeerCommand.Probe probe) {
            host.events().onEvent(new PeerEvent.Heard(probe.request(), id, 0));
        }
        if (command instanceof PeerCommand.RestartIce) {
            throw new IllegalStateException("a fault on purpose");
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void onDeadline(long nowNanos) {
        note("deadline " + deadlineNanos);
        deadlineNanos = Deadlines.NEVER;
        if (onNextDeadline != null) {
            onNextDeadline.run();
        }
        if (failsOnDeadline) {
            throw new IllegalStateException("a fault on purpose");
        }
    }

    @Override
    public void close(PeerEnd end) {
        host.closeSoon(this, end);
    }

    @Override
    public void close(PeerEnd end, long nowNanos) {
        note("close " + end);
        if (failsOnClose) {
            throw new IllegalStateException("a fault on purpose");
        }
        host.unregister(ufrag());
        if (core != null) {
            core.onClosed(end, nowNanos);
        }
        host.closed(this);
        host.events().onEvent(new PeerEvent.Closed(id, end));
    }

    private void note(String what) {
        journal.add(id.value() + ": " + what);
    }
}
