// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import io.portunus.transport.testkit.WebRtcClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Somebody who receives all that one participant publishes.
public final class ScriptedSubscriber implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);

    private final JanusHandle handle;
    private final WebRtcClient media = new WebRtcClient();
    private ServerSdp offer;

    /// Asks for `feed` and has the server's offer; nothing is answered yet.
    public ScriptedSubscriber(JanusHandle handle, long room, long feed) {
        this.handle = handle;
        var attached =
                handle.askWhole(
                        ("{\"request\":\"join\",\"ptype\":\"subscriber\",\"room\":%d,"
                                        + "\"streams\":[{\"feed\":%d}]}")
                                .formatted(room, feed));
        if (!attached.path("jsep").has("sdp")) {
            throw new AssertionError("not attached: " + attached);
        }
        offer = ServerSdp.parse(attached.path("jsep").path("sdp").asText());
    }

    /// Answers and connects, and waits until media may flow.
    public ScriptedSubscriber start() {
        answer();
        connect();
        return awaitUp();
    }

    public void answer() {
        var started =
                handle.ask(
                        "{\"request\":\"start\"}",
                        "answer",
                        ClientSdp.answer(media.description(), offer));
        if (!started.path("plugindata").path("data").path("started").asText().equals("ok")) {
            throw new AssertionError("not started: " + started);
        }
    }

    /// Asks for new ICE credentials and goes over to them.
    public void restartIce() {
        var configured = handle.askWhole("{\"request\":\"configure\",\"restart\":true}");
        if (!configured.path("jsep").has("sdp")) {
            throw new AssertionError("no new offer: " + configured);
        }
        offer = ServerSdp.parse(configured.path("jsep").path("sdp").asText());
        answer();
        connect();
    }

    public void connect() {
        media.connect(offer.transport());
    }

    /// Waits until media may flow.
    public ScriptedSubscriber awaitUp() {
        handle.await("webrtcup");
        media.awaitConnected(PATIENCE);
        return this;
    }

    public JanusHandle handle() {
        return handle;
    }

    public JanusClient client() {
        return handle.client();
    }

    public WebRtcClient media() {
        return media;
    }

    public ServerSdp offer() {
        return offer;
    }

    /// The next packet of any stream, which must come.
    public Rtp awaitRtp() throws InterruptedException {
        var packet = nextRtp(PATIENCE);
        if (packet == null) {
            throw new AssertionError("nothing came to the subscriber");
        }
        return packet;
    }

    /// The next packet of any stream; null when none comes in time.
    public @Nullable Rtp nextRtp(Duration patience) throws InterruptedException {
        var packet = media.nextRtp(patience);
        return packet == null ? null : new Rtp(packet);
    }

    @Override
    public void close() {
        media.close();
    }
}
