// SPDX-License-Identifier: Apache-2.0
/// A call of the server with itself when it starts, so that the packet path is compiled before
/// anybody needs it.
@org.jspecify.annotations.NullMarked
package io.portunus.transport.warmup;
