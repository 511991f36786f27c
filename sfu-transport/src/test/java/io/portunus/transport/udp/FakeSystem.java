// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToIntFunction;

/// Takes messages as sendmmsg(2) would, cuts runs apart, and refuses what the test says.
final class FakeSystem implements SendCall {
    /// @param segment the segment size of the control message; 0 without one
    record Message(int port, int segment, List<String> datagrams) {}

    /// Every message that was taken.
    final List<Message> taken = new ArrayList<>();

    /// How many messages each call was offered.
    final List<Integer> calls = new ArrayList<>();

    private final Deque<Integer> answers = new ArrayDeque<>();
    private ToIntFunction<Message> refusal = _ -> 0;

    /// The next calls take so many messages, or fail with the negative error number.
    FakeSystem answers(int... next) {
        for (var answer : next) {
            answers.add(answer);
        }
        return this;
    }

    /// Messages for which this gives an error number are refused.
    FakeSystem refuses(ToIntFunction<Message> refusal) {
        this.refusal = refusal;
        return this;
    }

    @Override
    public int send(long address, int count) {
        calls.add(count);
        var most = answers.isEmpty() ? count : answers.remove();
        if (most < 0) {
            return most;
        }
        var headers = memory(address, 64L * count);
        for (var i = 0; i < Math.min(most, count); i++) {
            var message = read(headers.asSlice(64L * i, 64));
            var error = refusal.applyAsInt(message);
            if (error != 0) {
                return i == 0 ? -error : i;
            }
            taken.add(message);
        }
        return Math.min(most, count);
    }

    /// What arrived at a port, in order.
    List<String> arrivedAt(int port) {
        return taken.stream()
                .filter(message -> message.port() == port)
                .flatMap(message -> message.datagrams().stream())
                .toList();
    }

    private static Message read(MemorySegment header) {
        var name = memory(header.get(ValueLayout.JAVA_LONG, 0), 4);
        var port =
                Short.toUnsignedInt(
                        name.get(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2));
        var bytes = gather(header);
        var segment = segment(header);
        var datagrams = new ArrayList<String>();
        var step = segment == 0 ? Math.max(1, bytes.length()) : segment;
        for (var at = 0; at < Math.max(1, bytes.length()); at += step) {
            datagrams.add(bytes.substring(at, Math.min(at + step, bytes.length())));
        }
        return new Message(port, segment, datagrams);
    }

    private static String gather(MemorySegment header) {
        var count = header.get(ValueLayout.JAVA_LONG, 24);
        var iovecs = memory(header.get(ValueLayout.JAVA_LONG, 16), 16 * count);
        var bytes = new StringBuilder();
        for (var i = 0; i < count; i++) {
            var length = iovecs.get(ValueLayout.JAVA_LONG, 16L * i + 8);
            var piece = memory(iovecs.get(ValueLayout.JAVA_LONG, 16L * i), length);
            bytes.append(
                    new String(piece.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1));
        }
        return bytes.toString();
    }

    private static int segment(MemorySegment header) {
        if (header.get(ValueLayout.JAVA_LONG, 40) == 0) {
            return 0;
        }
        var control = memory(header.get(ValueLayout.JAVA_LONG, 32), 24);
        if (control.get(ValueLayout.JAVA_LONG, 0) != 18
                || control.get(ValueLayout.JAVA_INT, 8) != 17
                || control.get(ValueLayout.JAVA_INT, 12) != 103) {
            throw new AssertionError("the system would not know this control message");
        }
        return Short.toUnsignedInt(control.get(ValueLayout.JAVA_SHORT, 16));
    }

    private static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
