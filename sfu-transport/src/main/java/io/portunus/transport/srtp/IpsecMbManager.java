// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A multi-buffer manager of ipsec-mb: AES-CM and HMAC-SHA1 by those of its functions that take an
/// array of [jobs][IpsecMbJobs] and return when all are done, so that it keeps nothing of ours.
/// Confined to its media loop.
///
/// Its functions are called by the pointers that it has at places which differ between versions;
/// only versions of which those are known are used.
///
/// The encryption of a packet is a critical call: it takes a fraction of a microsecond. Hashing,
/// which takes some ten for a full burst, is not.
final class IpsecMbManager {
    /// Which functions it has.
    enum Kind {
        /// Those for the widest registers that this processor has: many packets abreast.
        WIDE("init_mb_mgr_auto"),

        /// Those for its SHA instructions, where it has some: few packets, one quickly.
        NARROW("init_mb_mgr_sse");

        private final String initialiser;

        Kind(String initialiser) {
            this.initialiser = initialiser;
        }
    }

    /// What differs between versions.
    ///
    /// @param jobBytes the size of an `IMB_JOB`
    /// @param avx512 the number of IMB_ARCH_AVX512
    private record Layout(int jobBytes, int avx512) {}

    private static final Layout TWO = new Layout(216, 3);

    /// The versions that are used; all else that we look at is at the same place in them
    /// (`intel-ipsec-mb.h`). Older ones have no burst functions.
    private static final Map<Integer, Layout> LAYOUTS =
            Map.of(
                    0x1_03_00,
                    new Layout(200, 5),
                    0x1_04_00,
                    new Layout(240, 5),
                    0x1_05_00,
                    new Layout(240, 5),
                    0x2_00_00,
                    TWO,
                    0x2_00_01,
                    TWO,
                    0x2_00_02,
                    TWO);

    // Where things are in an IMB_MGR.
    private static final long FEATURES_AT = 8;
    private static final long ARCHITECTURE_AT = 56;
    private static final long ERROR_AT = 60;
    private static final long EXPAND_128_AT = 112;
    private static final long SHA1_BLOCK_AT = 160;
    private static final long CIPHER_BURST_AT = 992;
    private static final long HASH_BURST_AT = 1_008;
    private static final long KNOWN_BYTES = 1_024;

    private static final long SHA_INSTRUCTIONS = 1;
    private static final int ALIGNMENT = 64;

    // The numbers of IMB_CIPHER_CNTR, IMB_DIR_ENCRYPT, IMB_KEY_128_BYTES, IMB_AUTH_HMAC_SHA_1.
    private static final int COUNTER_MODE = 2;
    private static final int ENCRYPT = 1;
    private static final int KEY_BYTES = 16;
    private static final int HMAC_SHA1 = 1;

    private static final String[] NAMES = {
        "imb_get_mb_mgr_size", "imb_set_pointers_mb_mgr", "init_mb_mgr_auto", "init_mb_mgr_sse"
    };

    private final MemorySegment memory;
    private final MemorySegment expand;
    private final MemorySegment sha1Block;
    private final MemorySegment cipherBurst;
    private final MemorySegment hashBurst;

    /// Takes a few milliseconds, in which the library tests itself.
    ///
    /// @throws UnsupportedOperationException saying why it cannot be used here
    IpsecMbManager(Kind kind) {
        var whyNot = whyNot();
        if (whyNot != null) {
            throw new UnsupportedOperationException(whyNot);
        }
        memory = Arena.ofAuto().allocate(Math.max(size(), KNOWN_BYTES), ALIGNMENT);
        initialise(kind);
        if (memory.get(JAVA_INT, ERROR_AT) != 0 || memory.get(JAVA_INT, ARCHITECTURE_AT) == 0) {
            throw new UnsupportedOperationException("its multi-buffer functions do not start");
        }
        expand = function(EXPAND_128_AT);
        sha1Block = function(SHA1_BLOCK_AT);
        cipherBurst = function(CIPHER_BURST_AT);
        hashBurst = function(HASH_BURST_AT);
    }

    /// Why it cannot be used here, or null where it can.
    static @Nullable String whyNot() {
        var library = IpsecMb.library();
        if (library == null) {
            return IpsecMb.whyNot();
        }
        return whyNot(IpsecMb.version(), library);
    }

    static @Nullable String whyNot(int version, SymbolLookup library) {
        if (!LAYOUTS.containsKey(version)) {
            return "the layout of its version " + Integer.toHexString(version) + " is not known";
        }
        for (var name : NAMES) {
            if (library.find(name).isEmpty()) {
                return "it lacks a function: " + name;
            }
        }
        return null;
    }

    /// How far one job is from the next.
    static int jobBytes() {
        return layout().jobBytes();
    }

    private static Layout layout() {
        var layout = LAYOUTS.get(IpsecMb.version());
        if (layout == null) {
            throw new IllegalStateException("ipsec-mb cannot be used: " + whyNot());
        }
        return layout;
    }

    private static long size() {
        try {
            return (long) Calls.SIZE.invokeExact();
        } catch (Throwable e) {
            throw IpsecMb.unexpected(e);
        }
    }

    private void initialise(Kind kind) {
        try {
            var _ = (long) Calls.SET_POINTERS.invokeExact(memory.address(), 0L, 1);
            var initialiser = Calls.library().findOrThrow(kind.initialiser);
            Calls.INITIALISE.invokeExact(initialiser, memory.address(), 0L);
        } catch (Throwable e) {
            throw IpsecMb.unexpected(e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private MemorySegment function(long at) {
        var address = memory.get(JAVA_LONG, at);
        if (address == 0) {
            throw new UnsupportedOperationException("it lacks a multi-buffer function");
        }
        return MemorySegment.ofAddress(address);
    }

    /// Whether it hashes sixteen packets abreast.
    boolean isWidest() {
        return memory.get(JAVA_INT, ARCHITECTURE_AT) == layout().avx512();
    }

    /// Whether the processor has instructions for SHA-1.
    boolean hasShaInstructions() {
        return (memory.get(JAVA_LONG, FEATURES_AT) & SHA_INSTRUCTIONS) != 0;
    }

    /// Expands a key of 128 bits for encrypting and, which counter mode doesn't need, decrypting.
    void expand(long key, long encrypting, long decrypting) {
        try {
            Calls.EXPAND.invokeExact(expand, key, encrypting, decrypting);
        } catch (Throwable e) {
            throw IpsecMb.unexpected(e);
        }
    }

    /// The state of SHA-1 after one block of 64 bytes.
    void sha1Block(long block, long state) {
        try {
            Calls.BLOCK.invokeExact(sha1Block, block, state);
        } catch (Throwable e) {
            throw IpsecMb.unexpected(e);
        }
    }

    /// Applies the key stream of one job.
    void encrypt(long job) {
        try {
            var done =
                    (int)
                            Calls.CIPHER_BURST.invokeExact(
                                    cipherBurst,
                                    memory.address(),
                                    job,
                                    1,
                                    COUNTER_MODE,
                                    ENCRYPT,
                                    KEY_BYTES);
            if (done != 1) {
                throw new IllegalStateException("applying a key stream cannot fail");
            }
        } catch (Throwable e) {
            throw IpsecMb.unexpected(e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Computes the tags of `count` jobs.
    void authenticate(long jobs, int count) {
        try {
            var done =
                    (int)
                            Calls.HASH_BURST.invokeExact(
                                    hashBurst, memory.address(), jobs, count, HMAC_SHA1);
            if (done != count) {
                throw new IllegalStateException("hashing cannot fail");
            }
        } catch (Throwable e) {
            throw IpsecMb.unexpected(e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// The functions, some of them by whatever pointer they are given; only looked at where
    /// [#whyNot] says nothing.
    private static final class Calls {
        static final MethodHandle SIZE =
                named("imb_get_mb_mgr_size", FunctionDescriptor.of(JAVA_LONG));
        static final MethodHandle SET_POINTERS =
                named(
                        "imb_set_pointers_mb_mgr",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
        static final MethodHandle INITIALISE =
                pointed(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
        static final MethodHandle EXPAND =
                pointed(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG));
        static final MethodHandle BLOCK = pointed(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
        static final MethodHandle CIPHER_BURST =
                pointed(
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                                JAVA_INT),
                        Linker.Option.critical(false));
        static final MethodHandle HASH_BURST =
                pointed(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));

        static SymbolLookup library() {
            var library = IpsecMb.library();
            if (library == null) {
                throw new NoSuchElementException("ipsec-mb");
            }
            return library;
        }

        private static MethodHandle named(String name, FunctionDescriptor type) {
            return Linker.nativeLinker().downcallHandle(library().findOrThrow(name), type);
        }

        private static MethodHandle pointed(FunctionDescriptor type, Linker.Option... options) {
            return Linker.nativeLinker().downcallHandle(type, options);
        }
    }
}
