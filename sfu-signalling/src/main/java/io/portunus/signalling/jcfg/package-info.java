// SPDX-License-Identifier: Apache-2.0
/// Reads the configuration files of Janus (libconfig syntax).
@NullMarked
package io.portunus.signalling.jcfg;

import org.jspecify.annotations.NullMarked;
