// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.reference;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The packet path in C (`reference.c`), compiled here and now and loaded into this process, so
/// that both are measured by the same clock, on the same thread. Pointers are numbers; whoever
/// passes one keeps its memory alive. Confined to one thread.
final class Reference {
    private static final String SOURCE = "reference.c";
    private static final int COMPILE_SECONDS = 60;
    private static final int MAX_COMPLAINT = 2_000;

    private final MethodHandle load;
    private final MethodHandle key;
    private final MethodHandle protect;
    private final MethodHandle forwarder;
    private final MethodHandle forward;
    private final MethodHandle socket;
    private final MethodHandle close;
    private final MethodHandle stay;

    private Reference(SymbolLookup library) {
        load = call(library, "load", JAVA_INT, JAVA_INT);
        key = call(library, "key", JAVA_LONG, JAVA_INT, JAVA_LONG);
        protect =
                call(
                        library, "protect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT,
                        JAVA_INT, JAVA_LONG, JAVA_INT);
        forwarder =
                call(
                        library,
                        "forwarder",
                        JAVA_LONG,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG,
                        JAVA_LONG);
        forward = call(library, "forward", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
        socket = call(library, "socket", JAVA_INT);
        close = call(library, "close", JAVA_INT, JAVA_INT);
        stay = call(library, "stay", JAVA_INT);
    }

    private static MethodHandle call(
            SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.findOrThrow("reference_" + name),
                        FunctionDescriptor.of(result, arguments));
    }

    /// Compiles and loads it.
    ///
    /// @throws UnsupportedOperationException saying why, where there is no compiler or it refuses
    static Reference compile() throws InterruptedException {
        try {
            var folder = Files.createTempDirectory("portunus-reference");
            var source = folder.resolve(SOURCE);
            var object = folder.resolve("reference.so");
            try (var text = Reference.class.getResourceAsStream(SOURCE)) {
                if (text == null) {
                    throw new IllegalStateException(SOURCE + " is not on the class path");
                }
                Files.copy(text, source);
                compile(source, object);
                return new Reference(SymbolLookup.libraryLookup(object, Arena.global()));
            } finally {
                Files.deleteIfExists(source);
                Files.deleteIfExists(object);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(Path source, Path object) throws InterruptedException {
        try {
            var compiler =
                    new ProcessBuilder(
                                    "cc",
                                    "-std=c11",
                                    "-O3",
                                    "-march=native",
                                    "-Wall",
                                    "-Wextra",
                                    "-Werror",
                                    "-shared",
                                    "-fPIC",
                                    "-o",
                                    object.toString(),
                                    source.toString(),
                                    "-ldl")
                            .redirectErrorStream(true)
                            .start();
            var said = compiler.getInputStream().readNBytes(MAX_COMPLAINT);
            if (!compiler.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
                compiler.destroyForcibly();
                throw new UnsupportedOperationException(
                        "cc does not compile it: " + new String(said, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UnsupportedOperationException("there is no C compiler (cc)", e);
        }
    }

    boolean load(Library library) {
        try {
            return (int) load.invokeExact(library.ordinal()) != 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// @param session the key and its salt, one behind the other
    long key(Library library, long session) {
        try {
            return made((long) key.invokeExact(library.ordinal(), session), "key");
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Protects `count` packets, one after the other at the same place; the length of each.
    int protect(long key, long packet, long payload, int bytes, int ssrc, long first, int count) {
        try {
            return (int) protect.invokeExact(key, packet, payload, bytes, ssrc, first, count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// @param sessions a key and its salt for each of `subscribers`, …
    /// @param ports … and a port, of 16 bits as this machine has them
    long forwarder(
            Library library, int socket, boolean runs, int subscribers, long sessions, long ports) {
        try {
            return made(
                    (long)
                            forwarder.invokeExact(
                                    library.ordinal(),
                                    socket,
                                    runs ? 1 : 0,
                                    subscribers,
                                    sessions,
                                    ports),
                    "forwarder");
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long made(long pointer, String what) {
        if (pointer == 0) {
            throw new IllegalStateException("the reference has no memory for a " + what);
        }
        return pointer;
    }

    /// Sends `count` packets of `bytes` bytes to every subscriber; how many messages that took, -1
    /// where some were not sent.
    int forward(long forwarder, long sources, int bytes, int count) {
        try {
            return (int) forward.invokeExact(forwarder, sources, bytes, count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// A socket on some loopback port.
    int socket() {
        try {
            var fd = (int) socket.invokeExact();
            if (fd < 0) {
                throw new IllegalStateException("the reference gets no socket");
            }
            return fd;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void close(int socket) {
        try {
            var _ = (int) close.invokeExact(socket);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Keeps the calling thread on the core where it is; false where the system refuses.
    boolean stay() {
        try {
            return (int) stay.invokeExact() == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// The calls themselves throw nothing; what reaches here is a broken linkage or ours.
    private static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException ours -> ours;
            default -> new IllegalStateException("the reference could not be called", e);
        };
    }
}
