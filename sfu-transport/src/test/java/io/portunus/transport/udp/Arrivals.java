// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Keeps what a socket received, in order, and lets the test wait for the last of it.
final class Arrivals implements DatagramReceiver {
    record Arrival(String text, InetSocketAddress from) {}

    private final List<Arrival> arrivals = new ArrayList<>();
    private final CountDownLatch expected;
    private final Consumer<Datagram> alsoDo;
    private final Runnable atBatchEnd;
    private boolean inBatch;

    Arrivals(int expected) {
        this(expected, _ -> {}, () -> {});
    }

    Arrivals(int expected, Consumer<Datagram> alsoDo, Runnable atBatchEnd) {
        this.expected = new CountDownLatch(expected);
        this.alsoDo = alsoDo;
        this.atBatchEnd = atBatchEnd;
    }

    @Override
    public void onBatchStart(boolean atOnce) {
        assertThat(inBatch).as("a batch starts within a batch").isFalse();
        inBatch = true;
    }

    @Override
    public void onDatagram(Datagram datagram) {
        assertThat(inBatch).as("a datagram arrives outside a batch").isTrue();
        var bytes =
                datagram.memory()
                        .asSlice(datagram.offset(), datagram.length())
                        .toArray(ValueLayout.JAVA_BYTE);
        var from = datagram.pathBack().remote();
        arrivals.add(new Arrival(new String(bytes, StandardCharsets.UTF_8), from));
        alsoDo.accept(datagram);
        expected.countDown();
    }

    @Override
    public void onBatchEnd() {
        inBatch = false;
        atBatchEnd.run();
    }

    /// All that had arrived when the expected number had.
    List<Arrival> await() throws InterruptedException {
        assertThat(expected.await(SocketRig.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("%d datagrams are still missing", expected.getCount())
                .isTrue();
        return List.copyOf(arrivals);
    }
}
