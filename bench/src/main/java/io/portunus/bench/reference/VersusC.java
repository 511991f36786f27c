// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import io.portunus.bench.FanOut;
import io.portunus.transport.udp.SocketKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `portunus bench --versus-c`: how Java does beside C in one run.
public final class VersusC {
    private static final int PROTECT_ROUNDS = 101;
    private static final int FORWARD_ROUNDS = 151;
    private static final int BURST = 8;
    private static final double PROTECT_TARGET = 1.2;
    private static final double SINGLE_TARGET = 1.1;
    private static final double RUN_TARGET = 1.3;

    private VersusC() {}

    /// Says why where it cannot be done.
    ///
    /// @return whether it was done
    public static boolean run() throws InterruptedException {
        if (SocketKind.best() != SocketKind.EPOLL) {
            System.out.println("no comparison with C: it needs Linux and native access");
            return false;
        }
        Reference reference;
        try {
            reference = Reference.compile();
        } catch (UnsupportedOperationException e) {
            System.out.println("no comparison with C: " + e.getMessage());
            return false;
        }
        var libraries =
                Arrays.stream(Library.values()).filter(each -> each.isUsable(reference)).toList();
        if (libraries.isEmpty()) {
            System.out.println("no comparison with C: neither ipsec-mb nor libcrypto is installed");
            return false;
        }
        if (!reference.stay()) {
            System.out.println("this thread could not be kept on one core");
        }
        protect(reference, libraries);
        forward(reference, libraries.getFirst());
        return true;
    }

    private static void protect(Reference reference, List<Library> libraries) {
        System.out.printf("%nAES-128-GCM, %d rounds in turn, medians%n", PROTECT_ROUNDS);
        var contest = new Contest(PROTECT_ROUNDS);
        for (var library : libraries) {
            for (var bytes : List.of(FanOut.VP8_BYTES, FanOut.OPUS_BYTES)) {
                var work = new Protection(reference, library, bytes);
                var name = "protect %d bytes, %s".formatted(bytes, library.provider());
                contest.add(new Contest.Match(name, PROTECT_TARGET, work::java, work::c));
            }
        }
        contest.run(System.out);
    }

    private static void forward(Reference reference, Library library) {
        System.out.printf(
                "%n1 -> %d, VP8 of %d bytes, %s, UDP on loopback, %d rounds in turn, medians%n",
                Forwarding.SUBSCRIBERS, FanOut.VP8_BYTES, library.provider(), FORWARD_ROUNDS);
        var contest = new Contest(FORWARD_ROUNDS);
        var all = new ArrayList<Forwarding>();
        try {
            add(
                    contest,
                    all,
                    "packet by packet, sendmmsg",
                    SINGLE_TARGET,
                    new Forwarding(reference, library, 1, false));
            add(
                    contest,
                    all,
                    "bursts of 8, sendmmsg",
                    SINGLE_TARGET,
                    new Forwarding(reference, library, BURST, false));
            add(
                    contest,
                    all,
                    "bursts of 8, UDP_SEGMENT runs of 8",
                    RUN_TARGET,
                    new Forwarding(reference, library, BURST, true));
            contest.run(System.out);
            System.out.printf(
                    "%d packets were lost%n", all.stream().mapToLong(Forwarding::lost).sum());
        } finally {
            all.forEach(Forwarding::close);
        }
    }

    private static void add(
            Contest contest, List<Forwarding> all, String name, double target, Forwarding work) {
        all.add(work);
        contest.add(new Contest.Match(name, target, work::java, work::c));
    }
}
