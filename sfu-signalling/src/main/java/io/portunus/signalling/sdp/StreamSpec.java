// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.rtp.ExtensionKind;
import java.util.Set;

/// What a subscriber is offered on one section: a publisher's stream.
///
/// @param formatParameters the publisher's `a=fmtp`, or empty
/// @param available the extensions that the publisher sends
/// @param msid `<stream> <track>`; empty for the usual one
public record StreamSpec(
        Codec codec, String formatParameters, Set<ExtensionKind> available, String msid) {
    public StreamSpec {
        available = Set.copyOf(available);
    }

    /// What a subscriber to `stream` is offered.
    ///
    /// @throws IllegalArgumentException for a stream without a codec
    public static StreamSpec of(OfferedStream stream, String msid) {
        var codec = stream.codec();
        if (codec == null) {
            throw new IllegalArgumentException("a stream without a codec can't be subscribed to");
        }
        return new StreamSpec(
                codec, stream.formatParameters(), stream.extensions().asMap().keySet(), msid);
    }

    public MediaKind kind() {
        return codec.kind();
    }
}
