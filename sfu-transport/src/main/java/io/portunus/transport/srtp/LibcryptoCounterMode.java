// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// AES-CM and SHA-1 of OpenSSL's libcrypto 3 through the foreign-function API. Stateless,
/// thread-safe.
///
/// SHA-1 by its plain functions, which work on a state that is ours: those of the EVP interface
/// allocate for each message. A library that was built without the plain ones is not used for this.
///
/// Pointers are passed as numbers; whoever passes one keeps its memory alive. The encryption of a
/// packet is critical: it takes a fraction of a microsecond. Hashing a long one, which may take
/// several where the processor has no instructions for it, is not.
final class LibcryptoCounterMode {
    /// More than its `SHA_CTX` has.
    static final int STATE_BYTES = 128;

    /// What is longer is not hashed in a critical call.
    private static final int SHORT_BYTES = 256;

    private static final int OK = 1;
    private static final String[] NAMES = {
        "EVP_aes_128_ctr", "SHA1_Init", "SHA1_Update", "SHA1_Final"
    };

    private LibcryptoCounterMode() {}

    /// Why it cannot be used here, or null where it can.
    static @Nullable String whyNot() {
        var library = Libcrypto.whyNot();
        return library != null ? library : Libcrypto.missing(NAMES);
    }

    /// A context for a key of 128 bits, which is the caller's to [free][Libcrypto#free]; 0 where
    /// there is no memory for one.
    static long newContext(long key) {
        try {
            return Libcrypto.newContext((long) Calls.AES_128_CTR.invokeExact(), key);
        } catch (Throwable e) {
            throw Libcrypto.unexpected(e);
        }
    }

    /// Encrypts or decrypts, which is the same, `bytes` bytes; false where the library fails.
    ///
    /// @param count room for an `int`
    static boolean apply(long context, long output, long input, int bytes, long iv, long count) {
        return Libcrypto.start(context, iv)
                && Libcrypto.update(context, output, count, input, bytes);
    }

    /// Starts a SHA-1 state anew.
    ///
    /// @param state room for [#STATE_BYTES]
    static boolean begin(long state) {
        try {
            return (int) Calls.INIT.invokeExact(state) == OK;
        } catch (Throwable e) {
            throw Libcrypto.unexpected(e);
        }
    }

    /// Hashes `bytes` bytes.
    static boolean absorb(long state, long input, long bytes) {
        try {
            if (bytes <= SHORT_BYTES) {
                return (int) Calls.UPDATE_SHORT.invokeExact(state, input, bytes) == OK;
            }
            return (int) Calls.UPDATE.invokeExact(state, input, bytes) == OK;
        } catch (Throwable e) {
            throw Libcrypto.unexpected(e);
        }
    }

    /// Ends a state and writes the 20 bytes of its digest.
    static boolean finish(long state, long digest) {
        try {
            return (int) Calls.FINAL.invokeExact(digest, state) == OK;
        } catch (Throwable e) {
            throw Libcrypto.unexpected(e);
        }
    }

    /// The functions; only looked at where [#whyNot] says nothing.
    private static final class Calls {
        private static final Linker.Option CRITICAL = Linker.Option.critical(false);

        static final MethodHandle AES_128_CTR =
                Libcrypto.call("EVP_aes_128_ctr", FunctionDescriptor.of(JAVA_LONG));
        static final MethodHandle INIT =
                Libcrypto.call("SHA1_Init", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        private static final FunctionDescriptor UPDATE_TYPE =
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle UPDATE = Libcrypto.call("SHA1_Update", UPDATE_TYPE);
        static final MethodHandle UPDATE_SHORT =
                Libcrypto.call("SHA1_Update", UPDATE_TYPE, CRITICAL);
        static final MethodHandle FINAL =
                Libcrypto.call(
                        "SHA1_Final",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG),
                        CRITICAL);
    }
}
