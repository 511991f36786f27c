// SPDX-License-Identifier: Apache-2.0
/// Who may know whom, checked over all modules.
@NullMarked
package io.portunus.deploy.architecture;

import org.jspecify.annotations.NullMarked;
