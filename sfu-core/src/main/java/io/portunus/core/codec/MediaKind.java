// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

/// What a media section carries.
public enum MediaKind {
    AUDIO,
    VIDEO
}
