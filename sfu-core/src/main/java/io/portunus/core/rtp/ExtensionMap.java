// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtp;

import java.util.EnumMap;
import java.util.Map;

/// Which local identifier (1 to 14, or to 255 in the two-byte form; RFC 8285 §4.2, §4.3) stands for
/// which extension on one media section. Immutable.
public final class ExtensionMap {
    // Above NONE, whose making needs it.
    private static final ExtensionKind[] KINDS = ExtensionKind.values();

    public static final ExtensionMap NONE = new ExtensionMap(Map.of());

    private final byte[] idByKind = new byte[KINDS.length];
    private final byte[] kindById = new byte[256];

    public ExtensionMap(Map<ExtensionKind, Integer> ids) {
        ids.forEach((kind, id) -> {
            if (id < 1 || id > 255) {
                throw new IllegalArgumentException("extension id " + id + " is not 1..255");
            }
            idByKind[kind.ordinal()] = id.byteValue();
            kindById[id] = (byte) (kind.ordinal() + 1);
        });
    }

    /// The identifier of `kind`, or 0 where it was not negotiated.
    public int idOf(ExtensionKind kind) {
        return idByKind[kind.ordinal()] & 0xFF;
    }

    public boolean has(ExtensionKind kind) {
        return idByKind[kind.ordinal()] != 0;
    }

    /// The ordinal of the [ExtensionKind] that `id` stands for, or -1.
    public int kindOrdinal(int id) {
        return kindById[id & 0xFF] - 1;
    }

    /// Extension to identifier, for SDP and tests.
    public Map<ExtensionKind, Integer> asMap() {
        var map = new EnumMap<ExtensionKind, Integer>(ExtensionKind.class);
        for (var kind : KINDS) {
            if (has(kind)) {
                map.put(kind, idOf(kind));
            }
        }
        return map;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtensionMap map && map.asMap().equals(asMap());
    }

    @Override
    public int hashCode() {
        return asMap().hashCode();
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
