// SPDX-License-Identifier: Apache-2.0
/// The main class: wires the parts together, starts them and stops them in order.
@NullMarked
package io.portunus.deploy;

import org.jspecify.annotations.NullMarked;
