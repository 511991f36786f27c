// SPDX-License-Identifier: Apache-2.0
/// Real browsers in real calls: what a person would see, judged by what the browsers measure.
@NullMarked
package io.portunus.deploy.browser;

import org.jspecify.annotations.NullMarked;
