// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The comma-separated codec lists of the API.
public final class CodecNames {
    private static final int MAX_CODECS = 5;

    private CodecNames() {}

    /// The codecs of one kind that `list` names, in order.
    ///
    /// @throws IllegalArgumentException naming what is not a codec of that kind
    public static List<Codec> parse(String list, MediaKind kind) {
        var codecs = new ArrayList<Codec>();
        for (var name : list.split(",", -1)) {
            var codec = of(name.strip(), kind);
            if (codec == null) {
                throw new IllegalArgumentException(
                        "'" + name.strip() + "' is not one of " + known(kind));
            }
            if (!codecs.contains(codec)) {
                codecs.add(codec);
            }
        }
        if (codecs.size() > MAX_CODECS) {
            throw new IllegalArgumentException("more than " + MAX_CODECS + " codecs");
        }
        return codecs;
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
