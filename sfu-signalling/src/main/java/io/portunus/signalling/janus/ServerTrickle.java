// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.LocalTransport;
import io.portunus.signalling.sdp.CandidateLine;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps our candidates out of one handle's descriptions and tells them behind, where the client
/// understands that: once for each set of ICE credentials. Confined to the signalling loop.
final class ServerTrickle {
    private static final String BUNDLE = "a=group:BUNDLE ";

    private boolean clientTrickles = true;
    private String toldFor = "";
    private @Nullable LocalTransport untold;

    /// A client that does not trickle has to find everything in the description.
    void onDescription(Jsep jsep) {
        clientTrickles = jsep.trickle();
    }

    /// What of `local` goes into the next description.
    LocalTransport describe(LocalTransport local) {
        if (!clientTrickles) {
            untold = null;
            return local;
        }
        untold = local.ufrag().equals(toldFor) ? null : local;
        return new LocalTransport(local.ufrag(), local.password(), local.fingerprint(), List.of());
    }

    /// Tells the candidates that are missing in `jsep`, which has just been sent, and their end.
    void candidatesBehind(Jsep jsep, Consumer<ObjectNode> tell) {
        var local = untold;
        if (local == null) {
            return;
        }
        untold = null;
        toldFor = local.ufrag();
        var mid = firstMid(jsep.sdp());
        for (var candidate : local.candidates()) {
            tell.accept(
                    RequestReader.newObject()
                            .put("sdpMid", mid)
                            .put("sdpMLineIndex", 0)
                            .put("candidate", CandidateLine.of(candidate)));
        }
        tell.accept(RequestReader.newObject().put("completed", true));
    }

    /// The section that carries the transport of all others (RFC 8843 §7.2).
    private static String firstMid(String sdp) {
        return sdp.lines()
                .filter(line -> line.startsWith(BUNDLE))
                .map(line -> line.substring(BUNDLE.length()).split(" ", 2)[0])
                .findFirst()
                .orElse("0");
    }
}
