// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.testkit;

import io.portunus.transport.testkit.WebRtcClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A participant that publishes Opus and VP8 of its own making.
public final class ScriptedPublisher implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(JanusClient.PATIENCE_MILLIS);
    private static final int AUDIO_PAYLOAD_TYPE = 109;
    private static final int VIDEO_PAYLOAD_TYPE = 120;

    private final JanusHandle handle;
    private final long room;
    private final long id;
    private final ScriptedMedia audio;
    private final ScriptedMedia video;
    private WebRtcClient media = new WebRtcClient();
    private @Nullable ServerSdp answer;

    /// Joins `room`, and publishes nothing yet.
    public ScriptedPublisher(JanusHandle handle, long room) {
        this.handle = handle;
        this.room = room;
        id = handle.join(room, 0);
        audio = ScriptedMedia.opus(AUDIO_PAYLOAD_TYPE, (id & 0xFFFF) | 0xA000_0000L);
        video = ScriptedMedia.vp8(VIDEO_PAYLOAD_TYPE, (id & 0xFFFF) | 0xB000_0000L);
    }

    /// Publishes and waits until media may flow.
    public ScriptedPublisher publish() {
        return publish(offer -> offer);
    }

    /// The same with an offer that is changed first.
    public ScriptedPublisher publish(UnaryOperator<String> change) {
        offer(change);
        media.connect(answer().transport());
        handle.await("webrtcup");
        media.awaitConnected(PATIENCE);
        return this;
    }

    /// The same over a new connection.
    public ScriptedPublisher publishAgain() {
        media.close();
        media = new WebRtcClient();
        return publish();
    }

    private void offer(UnaryOperator<String> change) {
        var published =
                handle.ask(
                        "{\"request\":\"configure\",\"audio\":true,\"video\":true}",
                        "offer",
                        change.apply(ClientSdp.offer(media.description(), audio, video)));
        if (!published.path("jsep").has("sdp")) {
            throw new AssertionError("not published: " + published);
        }
        answer = ServerSdp.parse(published.path("jsep").path("sdp").asText());
    }

    public ServerSdp answer() {
        if (answer == null) {
            throw new IllegalStateException("not published");
        }
        return answer;
    }

    public JanusHandle handle() {
        return handle;
    }

    public JanusClient client() {
        return handle.client();
    }

    public long room() {
        return room;
    }

    public long id() {
        return id;
    }

    public WebRtcClient media() {
        return media;
    }

    public ScriptedMedia audio() {
        return audio;
    }

    public ScriptedMedia video() {
        return video;
    }

    /// Sends packet n of one of its streams.
    public void send(ScriptedMedia stream, long n) {
        media.sendRtp(stream.packet(n), ScriptedMedia.HEADER_BYTES, stream.index(n));
    }

    /// Sends packet n of its video again, as the `again`-th retransmission.
    public void resendVideo(long n, int again) {
        media.sendRtp(video.retransmission(n, again), ScriptedMedia.HEADER_BYTES, again);
    }

    /// Waits for RTCP from the server that `wanted` accepts; other packets are passed over.
    public Rtcp awaitRtcp(Predicate<Rtcp> wanted) throws InterruptedException {
        var found = nextRtcp(wanted, PATIENCE);
        if (found == null) {
            throw new AssertionError("no such RTCP came to the publisher");
        }
        return found;
    }

    /// The next RTCP packet that `wanted` accepts; null when none comes in time. What has come
    /// already is looked at in any case.
    public @Nullable Rtcp nextRtcp(Predicate<Rtcp> wanted, Duration patience)
            throws InterruptedException {
        var until = System.nanoTime() + patience.toNanos();
        for (; ; ) {
            var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            var compound = media.nextRtcp(Duration.ofMillis(Math.max(0, left)));
            if (compound == null) {
                return null;
            }
            for (var packet : Rtcp.parse(compound)) {
                if (wanted.test(packet)) {
                    return packet;
                }
            }
        }
    }

    @Override
    public void close() {
        media.close();
    }
}
