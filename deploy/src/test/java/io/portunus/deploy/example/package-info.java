// SPDX-License-Identifier: Apache-2.0

/// A plugin as others would write one; `docs/plugins.md` explains it.
@NullMarked
package io.portunus.deploy.example;

import org.jspecify.annotations.NullMarked;
