// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an event is about; the codes are the API's, one bit each.
public enum EventType {
    SESSION(1),
    HANDLE(2),
    EXTERNAL(4),
    JSEP(8),
    WEBRTC(16),
    MEDIA(32),
    PLUGIN(64),
    TRANSPORT(128),
    CORE(256);

    private final int code;

    EventType(int code) {
        this.code = code;
    }

    /// The envelope's `type`.
    public int code() {
        return code;
    }

    /// The name in the settings, in lower case.
    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The type with this name, or null.
    public static @Nullable EventType of(String apiName) {
        for (var type : values()) {
            if (type.apiName().equals(apiName)) {
                return type;
            }
        }
        return null;
    }
}
