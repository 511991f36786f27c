// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

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
}
