// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.signalling.sdp.SdpParser;
import io.portunus.signalling.sdp.SessionDescription;

/// A session description as the API carries it.
///
/// @param type `offer` or `answer`
/// @param trickle whether candidates may follow the description
/// @param lowestFirst whether `rid_order` said that the first rid is the lowest quality
/// @param e2ee whether the media is encrypted end to end
public record Jsep(String type, String sdp, boolean trickle, boolean lowestFirst, boolean e2ee) {
    public static Jsep answer(String sdp, boolean e2ee) {
        return new Jsep("answer", sdp, false, false, e2ee);
    }

    public static Jsep offer(String sdp, boolean e2ee) {
        return new Jsep("offer", sdp, false, false, e2ee);
    }

    public boolean isOffer() {
        return type.equals("offer");
    }

    /// What it says; to be asked of a client's description only, which the core has read before a
    /// plugin gets it.
    public SessionDescription description() {
        return switch (SdpParser.parse(sdp)) {
            case SdpParser.Outcome.Parsed(var description) -> description;
            case SdpParser.Outcome.Refused(var reason) -> throw new IllegalStateException(reason);
        };
    }
}
