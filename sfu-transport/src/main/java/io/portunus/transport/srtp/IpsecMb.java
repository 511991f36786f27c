// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Intel's ipsec-mb, and its one-shot AES-GCM functions in the form for the instructions that this
/// machine has, through the foreign-function API. Stateless, thread-safe.
///
/// Pointers are passed as numbers; whoever passes one keeps its memory alive. The calls are
/// critical: each takes less than a microsecond and calls nothing back.
final class IpsecMb {
    /// More than its `struct gcm_key_data` has in any version that is used.
    static final int KEY_BYTES = 2_048;

    /// More than its `struct gcm_context_data` has, likewise.
    static final int CONTEXT_BYTES = 256;

    /// What its structures are aligned to.
    static final int ALIGNMENT = 64;

    /// The major versions whose functions are these, the one to be preferred first.
    private static final List<Major> MAJORS =
            List.of(new Major(2, "libIPSec_MB.so.2"), new Major(1, "libIPSec_MB.so.1"));

    private static final Path CPU = Path.of("/proc/cpuinfo");

    /// The forms of each function, fastest first, with the processor's flags that they need.
    private static final List<Form> FORMS =
            List.of(
                    new Form(
                            "vaes_avx512",
                            Set.of(
                                    "vaes",
                                    "vpclmulqdq",
                                    "avx512f",
                                    "avx512dq",
                                    "avx512bw",
                                    "avx512vl",
                                    "avx512cd",
                                    "gfni",
                                    "aes",
                                    "pclmulqdq",
                                    "bmi2")),
                    new Form(
                            "avx512",
                            Set.of(
                                    "avx512f",
                                    "avx512dq",
                                    "avx512bw",
                                    "avx512vl",
                                    "avx512cd",
                                    "aes",
                                    "pclmulqdq",
                                    "bmi2")),
                    new Form("avx_gen4", Set.of("avx2", "bmi2", "aes", "pclmulqdq")),
                    new Form("avx_gen2", Set.of("avx", "aes", "pclmulqdq")),
                    new Form("sse", Set.of("sse4_1", "sse4_2", "aes", "pclmulqdq")));

    /// What its functions are called, but for their form.
    private static final List<String> NAMES =
            List.of(
                    "aes_gcm_pre_128_",
                    "aes_gcm_pre_256_",
                    "aes_gcm_enc_128_",
                    "aes_gcm_enc_256_",
                    "aes_gcm_dec_128_",
                    "aes_gcm_dec_256_");

    private record Major(int number, String file) {
        @Override
        public String toString() {
            return file;
        }
    }

    private record Form(String name, Set<String> flags) {}

    private IpsecMb() {}

    /// Why it cannot be used here, or null where it can.
    static @Nullable String whyNot() {
        return Loaded.FOUND.whyNot();
    }

    /// The library, or null where it cannot be used here.
    static @Nullable SymbolLookup library() {
        return Loaded.FOUND.library();
    }

    /// Major, minor and patch number in a byte each; 0 where it cannot be used here.
    static int version() {
        return Loaded.FOUND.version();
    }

    /// Which function of this form the library lacks, in words, or null where it has all of them.
    static @Nullable String missing(String form, SymbolLookup library) {
        for (var name : NAMES) {
            if (library.find(name + form).isEmpty()) {
                return "it lacks a function: " + name + form;
            }
        }
        return null;
    }

    /// Expands a key.
    ///
    /// @param wide whether it has 256 bits, not 128
    /// @param expanded room for [#KEY_BYTES], aligned
    static void expand(boolean wide, long key, long expanded) {
        try {
            if (wide) {
                Calls.EXPAND_256.invokeExact(key, expanded);
            } else {
                Calls.EXPAND_128.invokeExact(key, expanded);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Encrypts `bytes` bytes and writes a tag of 16.
    static void encrypt(
            boolean wide,
            long expanded,
            long context,
            long output,
            long input,
            long bytes,
            long nonce,
            long readable,
            long readableBytes,
            long tag) {
        try {
            if (wide) {
                Calls.ENCRYPT_256.invokeExact(
                        expanded,
                        context,
                        output,
                        input,
                        bytes,
                        nonce,
                        readable,
                        readableBytes,
                        tag,
                        16L);
            } else {
                Calls.ENCRYPT_128.invokeExact(
                        expanded,
                        context,
                        output,
                        input,
                        bytes,
                        nonce,
                        readable,
                        readableBytes,
                        tag,
                        16L);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Decrypts `bytes` bytes and writes the tag that they should have had.
    static void decrypt(
            boolean wide,
            long expanded,
            long context,
            long output,
            long input,
            long bytes,
            long nonce,
            long readable,
            long readableBytes,
            long tag) {
        try {
            if (wide) {
                Calls.DECRYPT_256.invokeExact(
                        expanded,
                        context,
                        output,
                        input,
                        bytes,
                        nonce,
                        readable,
                        readableBytes,
                        tag,
                        16L);
            } else {
                Calls.DECRYPT_128.invokeExact(
                        expanded,
                        context,
                        output,
                        input,
                        bytes,
                        nonce,
                        readable,
                        readableBytes,
                        tag,
                        16L);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// What was found, once.
    private static final class Loaded {
        static final Found FOUND = load();

        /// @param library null where it cannot be used
        /// @param form of its functions
        /// @param whyNot null where it can
        private record Found(
                @Nullable SymbolLookup library, int version, String form, @Nullable String whyNot) {
            static Found not(String why) {
                return new Found(null, 0, "", why);
            }
        }

        private static Found load() {
            if (!System.getProperty("os.name", "").equals("Linux")
                    || !System.getProperty("os.arch", "").equals("amd64")) {
                return Found.not("it is for Linux on x86-64 only");
            }
            try {
                var flags = flags();
                for (var major : MAJORS) {
                    var library = open(major.file());
                    if (library != null) {
                        return check(library, major.number(), flags);
                    }
                }
                return Found.not("none of " + MAJORS + " is installed");
            } catch (NoSuchElementException e) {
                return Found.not("it lacks a function: " + e.getMessage());
            } catch (IOException e) {
                return Found.not("nothing tells what this processor can: " + e.getMessage());
            } catch (IllegalCallerException _) {
                return Found.not(NativeMemory.DENIED);
            }
        }

        private static @Nullable SymbolLookup open(String file) {
            try {
                return SymbolLookup.libraryLookup(file, Arena.global());
            } catch (IllegalArgumentException _) {
                return null;
            }
        }

        private static Found check(SymbolLookup library, int major, Set<String> flags) {
            var version = version(library);
            if (version >>> 16 != major) {
                return Found.not("its version " + Integer.toHexString(version) + " is not known");
            }
            var whyNot = "this processor has no instructions for AES-GCM";
            for (var candidate : FORMS) {
                if (flags.containsAll(candidate.flags())) {
                    var missing = missing(candidate.name(), library);
                    if (missing == null) {
                        return new Found(library, version, candidate.name(), null);
                    }
                    // A version may lack what is only for older processors.
                    whyNot = missing;
                }
            }
            return Found.not(whyNot);
        }

        private static Set<String> flags() throws IOException {
            try (var lines = Files.lines(CPU)) {
                return lines.filter(line -> line.startsWith("flags"))
                        .findFirst()
                        .map(line ->
                                Set.of(line.substring(line.indexOf(':') + 1).strip().split(" +")))
                        .orElse(Set.of());
            }
        }

        private static int version(SymbolLookup found) {
            var call =
                    Linker.nativeLinker()
                            .downcallHandle(
                                    found.findOrThrow("imb_get_version"),
                                    FunctionDescriptor.of(JAVA_INT));
            try {
                return (int) call.invokeExact();
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        private static MethodHandle call(String name, int arguments) {
            var known = FOUND.library();
            if (known == null) {
                throw new IllegalStateException("ipsec-mb cannot be used: " + FOUND.whyNot());
            }
            var longs = new MemoryLayout[arguments];
            Arrays.fill(longs, JAVA_LONG);
            return Linker.nativeLinker()
                    .downcallHandle(
                            known.findOrThrow(name + FOUND.form()),
                            FunctionDescriptor.ofVoid(longs),
                            Linker.Option.critical(false));
        }
    }

    /// The functions; only looked at where [#whyNot] says nothing.
    private static final class Calls {
        private static final int ONE_SHOT = 10;

        static final MethodHandle EXPAND_128 = Loaded.call("aes_gcm_pre_128_", 2);
        static final MethodHandle EXPAND_256 = Loaded.call("aes_gcm_pre_256_", 2);
        static final MethodHandle ENCRYPT_128 = Loaded.call("aes_gcm_enc_128_", ONE_SHOT);
        static final MethodHandle ENCRYPT_256 = Loaded.call("aes_gcm_enc_256_", ONE_SHOT);
        static final MethodHandle DECRYPT_128 = Loaded.call("aes_gcm_dec_128_", ONE_SHOT);
        static final MethodHandle DECRYPT_256 = Loaded.call("aes_gcm_dec_256_", ONE_SHOT);
    }

    /// The calls themselves throw nothing; what reaches here is a broken linkage or an [Error].
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("ipsec-mb could not be called", e);
    }
}
