// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The comma-separated codec lists of the API.
public final class CodecNames {
    private static final int MAX_CODECS = 5;

    /// What Janus forwards too and we do not: passed over where a list has one that we do.
    private static final Set<String> ELSEWHERE =
            Set.of("multiopus", "red", "isac32", "isac16", "l16-48", "l16");

    private CodecNames() {}

    /// The codecs of one kind that `list` names, in order, as far as we have them.
    ///
    /// @throws IllegalArgumentException naming what is not a codec of that kind, or where none is
    ///   left
    public static List<Codec> parse(String list, MediaKind kind) {
        var codecs = new ArrayList<Codec>();
        for (var name : list.split(",", -1)) {
            var codec = of(name.strip(), kind);
            if (codec == null && isElsewhere(name, kind)) {
                continue;
            }
            if (codec == null) {
                throw new IllegalArgumentException(
                        "'" + name.strip() + "' is not one of " + known(kind));
            }
            if (!codecs.contains(codec)) {
                codecs.add(codec);
            }
        }
        if (codecs.isEmpty()) {
            throw new IllegalArgumentException("'" + list.strip() + "' has none of " + known(kind));
        }
        if (codecs.size() > MAX_CODECS) {
            throw new IllegalArgumentException("more than " + MAX_CODECS + " codecs");
        }
        return codecs;
    }

    private static boolean isElsewhere(String name, MediaKind kind) {
        return kind == MediaKind.AUDIO && ELSEWHERE.contains(name.strip().toLowerCase(Locale.ROOT));
    }

    static @Nullable Codec of(String name, MediaKind kind) {
        for (var codec : Codec.values()) {
            if (codec.kind() == kind && codec.apiName().equals(name.toLowerCase(Locale.ROOT))) {
                return codec;
            }
        }
        return null;
    }

    static String join(List<Codec> codecs) {
        return codecs.stream().map(Codec::apiName).collect(Collectors.joining(","));
    }

    /// All of one kind, for error texts.
    static String known(MediaKind kind) {
        var names = new ArrayList<String>();
        for (var codec : Codec.values()) {
            if (codec.kind() == kind) {
                names.add(codec.apiName());
            }
        }
        return String.join(", ", names);
    }
}
