// SPDX-License-Identifier: Apache-2.0
/// The settings: read once at start, checked, and never changed afterwards.
@NullMarked
package io.portunus.deploy.config;

import org.jspecify.annotations.NullMarked;
