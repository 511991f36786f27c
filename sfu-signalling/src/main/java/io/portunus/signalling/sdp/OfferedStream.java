// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.rtp.ExtensionMap;
import org.jspecify.annotations.Nullable;

/// One stream of a publisher, as it came out of the negotiation.
///
/// @param codec null where nothing was agreed; the stream is then `disabled`
/// @param disabled whether the publisher sends nothing here
/// @param h264Profile the agreed `profile-level-id`, or empty
/// @param vp9Profile the agreed `profile-id`, or empty
/// @param formatParameters the agreed `a=fmtp`, or empty
public record OfferedStream(
        MediaKind kind,
        int index,
        String mid,
        boolean disabled,
        @Nullable Codec codec,
        boolean stereo,
        boolean fec,
        boolean dtx,
        String h264Profile,
        String vp9Profile,
        String formatParameters,
        ExtensionMap extensions) {}
