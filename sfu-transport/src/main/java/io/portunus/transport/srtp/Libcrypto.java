// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// OpenSSL's libcrypto 3, and its AES-GCM, through the foreign-function API. Stateless,
/// thread-safe.
///
/// Pointers are passed as numbers; whoever passes one keeps its memory alive. The calls for packets
/// are critical: each takes less than a microsecond and calls nothing back.
final class Libcrypto {
    private static final String FILE = "libcrypto.so.3";
    private static final long MAJOR = 3;
    private static final int MAJOR_SHIFT = 28;
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;
    private static final int TAG_BYTES = 16;
    private static final int OK = 1;

    private static final String[] NAMES = {
        "EVP_CIPHER_CTX_new",
        "EVP_CIPHER_CTX_free",
        "EVP_aes_128_gcm",
        "EVP_aes_256_gcm",
        "EVP_CipherInit_ex",
        "EVP_CipherUpdate",
        "EVP_CipherFinal_ex",
        "EVP_CIPHER_CTX_ctrl"
    };

    private Libcrypto() {}

    /// Why it cannot be used here, or null where it can.
    static @Nullable String whyNot() {
        return Loaded.FOUND.whyNot();
    }

    /// A context for a key, which is the caller's to free; 0 where there is no memory for one.
    ///
    /// @param wide whether the key has 256 bits, not 128
    static long newContext(boolean wide, long key) {
        try {
            return newContext(
                    wide
                            ? (long) Calls.AES_256_GCM.invokeExact()
                            : (long) Calls.AES_128_GCM.invokeExact(),
                    key);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// The same for any cipher of its.
    static long newContext(long cipher, long key) {
        try {
            var context = (long) Calls.NEW.invokeExact();
            if (context == 0) {
                return 0;
            }
            if ((int) Calls.INIT.invokeExact(context, cipher, 0L, key, 0L, 1) == OK) {
                return context;
            }
            Calls.FREE.invokeExact(context);
            return 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Frees a context and erases its key.
    static void free(long context) {
        try {
            Calls.FREE.invokeExact(context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Encrypts `bytes` bytes and writes a tag of 16; false where the library fails.
    ///
    /// @param count room for an `int`
    static boolean encrypt(
            long context,
            long output,
            long input,
            int bytes,
            long nonce,
            long readable,
            int readableBytes,
            long tag,
            long count) {
        try {
            return (int) Calls.START.invokeExact(context, 0L, 0L, 0L, nonce, 1) == OK
                    && (int) Calls.UPDATE.invokeExact(context, 0L, count, readable, readableBytes)
                            == OK
                    && (int) Calls.UPDATE.invokeExact(context, output, count, input, bytes) == OK
                    && (int) Calls.FINISH.invokeExact(context, output, count) == OK
                    && (int) Calls.CONTROL.invokeExact(context, GET_TAG, TAG_BYTES, tag) == OK;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Decrypts `bytes` bytes; false where the tag of 16 is not theirs.
    ///
    /// @param count room for an `int`
    static boolean decrypt(
            long context,
            long output,
            long input,
            int bytes,
            long nonce,
            long readable,
            int readableBytes,
            long tag,
            long count) {
        try {
            return (int) Calls.START.invokeExact(context, 0L, 0L, 0L, nonce, 0) == OK
                    && (int) Calls.UPDATE.invokeExact(context, 0L, count, readable, readableBytes)
                            == OK
                    && (int) Calls.UPDATE.invokeExact(context, output, count, input, bytes) == OK
                    && (int) Calls.CONTROL.invokeExact(context, SET_TAG, TAG_BYTES, tag) == OK
                    && (int) Calls.FINISH.invokeExact(context, output, count) == OK;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Gives a context for encrypting a new nonce or IV; false where the library fails.
    static boolean start(long context, long nonce) {
        try {
            return (int) Calls.START.invokeExact(context, 0L, 0L, 0L, nonce, 1) == OK;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Takes in `bytes` bytes; false where the library fails.
    ///
    /// @param count room for an `int`
    static boolean update(long context, long output, long count, long input, int bytes) {
        try {
            return (int) Calls.UPDATE.invokeExact(context, output, count, input, bytes) == OK;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Which of `names` the library lacks, in words, or null where it has all of them.
    static @Nullable String missing(String... names) {
        var library = Loaded.FOUND.library();
        for (var name : names) {
            if (library == null || library.find(name).isEmpty()) {
                return "it lacks a function: " + name;
            }
        }
        return null;
    }

    /// A function of the library; only where [#whyNot] says nothing.
    static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        var known = Loaded.FOUND.library();
        if (known == null) {
            throw new IllegalStateException("libcrypto cannot be used: " + whyNot());
        }
        return Linker.nativeLinker().downcallHandle(known.findOrThrow(name), type, options);
    }

    /// What was found, once.
    private static final class Loaded {
        static final Found FOUND = load();

        /// @param library null where it cannot be used
        /// @param whyNot null where it can
        private record Found(@Nullable SymbolLookup library, @Nullable String whyNot) {
            static Found not(String why) {
                return new Found(null, why);
            }
        }

        private static Found load() {
            try {
                var found = SymbolLookup.libraryLookup(FILE, Arena.global());
                var version = version(found);
                if (version >>> MAJOR_SHIFT != MAJOR) {
                    return Found.not("its version " + Long.toHexString(version) + " is not known");
                }
                for (var name : NAMES) {
                    found.findOrThrow(name);
                }
                return new Found(found, null);
            } catch (IllegalArgumentException _) {
                return Found.not(FILE + " is not installed");
            } catch (NoSuchElementException e) {
                return Found.not("it lacks a function: " + e.getMessage());
            } catch (IllegalCallerException _) {
                return Found.not(NativeMemory.DENIED);
            }
        }

        private static long version(SymbolLookup found) {
            var call =
                    Linker.nativeLinker()
                            .downcallHandle(
                                    found.findOrThrow("OpenSSL_version_num"),
                                    FunctionDescriptor.of(JAVA_LONG));
            try {
                return (long) call.invokeExact();
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
    }

    /// The functions; only looked at where [#whyNot] says nothing. Those that may allocate are not
    /// critical.
    private static final class Calls {
        private static final Linker.Option CRITICAL = Linker.Option.critical(false);
        private static final FunctionDescriptor POINTER = FunctionDescriptor.of(JAVA_LONG);
        private static final FunctionDescriptor INIT_TYPE =
                FunctionDescriptor.of(
                        JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);

        static final MethodHandle NEW = call("EVP_CIPHER_CTX_new", POINTER);
        static final MethodHandle FREE =
                call("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));
        static final MethodHandle AES_128_GCM = call("EVP_aes_128_gcm", POINTER);
        static final MethodHandle AES_256_GCM = call("EVP_aes_256_gcm", POINTER);
        static final MethodHandle INIT = call("EVP_CipherInit_ex", INIT_TYPE);
        static final MethodHandle START = call("EVP_CipherInit_ex", INIT_TYPE, CRITICAL);
        static final MethodHandle UPDATE =
                call(
                        "EVP_CipherUpdate",
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT),
                        CRITICAL);
        static final MethodHandle FINISH =
                call(
                        "EVP_CipherFinal_ex",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        CRITICAL);
        static final MethodHandle CONTROL =
                call(
                        "EVP_CIPHER_CTX_ctrl",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG),
                        CRITICAL);
    }

    /// The calls themselves throw nothing; what reaches here is a broken linkage or an [Error].
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("libcrypto could not be called", e);
    }
}
