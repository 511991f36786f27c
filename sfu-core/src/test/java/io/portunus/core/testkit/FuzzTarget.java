// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Says of any bytes whether a reader does right with them. `./portunus fuzz` looks for bytes with
/// which it does not, guided by coverage; ordinary tests replay the committed seeds and a fixed
/// number of texts or packets that come of them.
///
/// The seeds of the target `sdp` are in the folder `fuzz/sdp` beside its class, one file each,
/// those that once found a fault with the fault as their name.
@FunctionalInterface
public interface FuzzTarget {
    /// The processor time that one input may take, in ns: a hundred times what any of them needs.
    long MAX_NANOS = 2_000_000_000;

    /// What one input may allocate, in bytes, besides [#MAX_ALLOCATED_PER_BYTE] for each of its
    /// own.
    long MAX_ALLOCATED = 64 << 20;

    long MAX_ALLOCATED_PER_BYTE = 16 << 10;

    /// Throws what is wrong with what became of `input`.
    void accept(byte[] input);

    /// Does the same within bounds of time and memory. What goes beyond them has a second chance,
    /// because the first may have loaded classes.
    static void bounded(byte[] input, FuzzTarget target) {
        if (!isCheap(input, target)) {
            require(isCheap(input, target), () -> "an input took too much time or memory");
        }
    }

    private static boolean isCheap(byte[] input, FuzzTarget target) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var nanos = threads.getCurrentThreadCpuTime();
        var bytes = threads.getCurrentThreadAllocatedBytes();
        target.accept(input);
        bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
        nanos = threads.getCurrentThreadCpuTime() - nanos;
        return nanos <= MAX_NANOS && bytes <= MAX_ALLOCATED + MAX_ALLOCATED_PER_BYTE * input.length;
    }

    /// Replays the seeds and `count` texts that come of them.
    static void replayTexts(Class<?> owner, String name, int count, FuzzTarget target) {
        var seeds = seeds(owner, name);
        seeds.forEach(seed -> replay(seed, target));
        var mutations = new TextMutations(name.hashCode());
        for (var i = 0; i < count; i++) {
            replay(mutations.next(seeds), target);
        }
    }

    /// Replays the seeds and `count` packets that come of them.
    static void replayPackets(Class<?> owner, String name, int count, FuzzTarget target) {
        var seeds = seeds(owner, name);
        seeds.forEach(seed -> replay(seed, target));
        var mutations = new Mutations(name.hashCode());
        for (var i = 0; i < count; i++) {
            replay(mutations.next(seeds), target);
        }
    }

    /// Fails where something that holds for all inputs does not hold for this one.
    static void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    private static void replay(byte[] input, FuzzTarget target) {
        try {
            target.accept(input);
        } catch (RuntimeException | Error fault) {
            var text = new String(input, StandardCharsets.UTF_8);
            throw new AssertionError(fault.getMessage() + "\nwith the input\n" + text, fault);
        }
    }

    private static List<byte[]> seeds(Class<?> owner, String name) {
        var folder = owner.getResource("fuzz/" + name);
        if (folder == null) {
            throw new AssertionError("there are no seeds of " + name);
        }
        try (var files = Files.list(Path.of(folder.toURI()))) {
            var seeds = new ArrayList<byte[]>();
            for (var file : files.sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
            return seeds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
