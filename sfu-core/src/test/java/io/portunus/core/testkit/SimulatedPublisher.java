// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static java.util.Objects.requireNonNull;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomId;
import io.portunus.core.time.WallClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// A browser that publishes audio as mid 0 and video as mid 1 over bad links: it answers NACKs by
/// RTX, PLIs by key frames, and sends reports.
public final class SimulatedPublisher {
    private static final long REPORT_NANOS = 500 * VirtualTime.MILLIS;

    private final SimulatedLoop loop;
    private final Map<Integer, SimulatedEncoder> encoders = new LinkedHashMap<>();
    private final SimulatedTransport transport;
    private final LossyLink media;
    private final LossyLink reports;
    private final LossyLink feedback;
    private final Consumer<MediaPlan> publish;
    private final Codec video;
    private boolean sending;

    /// Joins nothing: `who` is in the room already.
    public SimulatedPublisher(
            SimulatedLoop loop,
            RoomId room,
            ParticipantId who,
            Codec video,
            LossyLink.Quality quality,
            SplittableRandom random) {
        this.loop = loop;
        feedback = new LossyLink(loop.time(), random.nextLong(), quality, this::onRtcp);
        transport = loop.open(room, _ -> {}, feedback::send);
        media = new LossyLink(loop.time(), random.nextLong(), quality, transport::receiveRtp);
        reports = new LossyLink(loop.time(), random.nextLong(), quality, transport::receiveRtcp);
        add(0, Codec.OPUS, random);
        add(1, video, random);
        publish =
                plan -> loop.ask(r -> new RoomCommand.Publish(r, room, who, transport.id(), plan));
        publish.accept(plan(video));
        this.video = video;
    }

    /// Negotiates anew, with its picture or without.
    public void camera(boolean on) {
        publish.accept(on ? plan(video) : Plans.of(line(0, Codec.OPUS), Plans.inactive(1, video)));
    }

    private void add(int index, Codec codec, SplittableRandom random) {
        var ssrc = random.nextInt(1, Integer.MAX_VALUE);
        var rtxSsrc = Plans.rtxPayloadType(codec) < 0 ? 0 : ssrc + 1;
        encoders.put(
                index,
                new SimulatedEncoder(codec, random.nextInt(), ssrc, rtxSsrc, random.split()));
    }

    private MediaPlan plan(Codec video) {
        return Plans.of(line(0, Codec.OPUS), line(1, video));
    }

    private MediaPlan.Line line(int index, Codec codec) {
        var encoder = requireNonNull(encoders.get(index));
        var rtx = encoder.rtxSsrc() == 0 ? -1 : Integer.toUnsignedLong(encoder.rtxSsrc());
        return Plans.receives(index, codec, Integer.toUnsignedLong(encoder.ssrc()), rtx);
    }

    public SimulatedTransport transport() {
        return transport;
    }

    /// How many key frames it has made.
    public int keyFrames() {
        return requireNonNull(encoders.get(1)).keyFrames();
    }

    /// What its video is stamped with.
    public int videoSource() {
        return requireNonNull(encoders.get(1)).source();
    }

    /// Connects and begins to send.
    public void start() {
        transport.connect();
        sending = true;
        encoders.values().forEach(this::sendNext);
        report();
    }

    /// Somebody speaks into its microphone, or not.
    public void talk(boolean talking) {
        requireNonNull(encoders.get(0)).talk(talking);
    }

    /// Sends nothing new; goes on repeating what was lost.
    public void finish() {
        sending = false;
    }

    /// The browser is closed: nothing of it arrives any more.
    public void end(PeerEnd end) {
        sending = false;
        media.cut();
        reports.cut();
        transport.end(end);
    }

    private void sendNext(SimulatedEncoder encoder) {
        if (sending && !transport.isEnded()) {
            encoder.nextFrame().forEach(media::send);
            loop.time().after(encoder.frameNanos(), () -> sendNext(encoder));
        }
    }

    private void report() {
        if (!transport.isEnded()) {
            var clock = new WallClock(0, 1);
            for (var encoder : encoders.values()) {
                reports.send(encoder.senderReport(clock.ntp(loop.time().nowNanos())));
            }
            loop.time().after(REPORT_NANOS, this::report);
        }
    }

    private void onRtcp(byte[] compound) {
        for (var part : RtcpBytes.parse(compound)) {
            if (part.type() == RtcpBytes.TRANSPORT_FEEDBACK && part.format() == RtcpBytes.NACK) {
                onNack(part);
            } else if (part.type() == RtcpBytes.PAYLOAD_FEEDBACK) {
                onPayloadFeedback(part);
            }
        }
    }

    private void onNack(RtcpBytes.Part nack) {
        for (var encoder : encoders.values()) {
            if (encoder.ssrc() == nack.bytes().integer(8)) {
                for (var number : RtcpBytes.nacked(nack)) {
                    var repeated = encoder.repeat(number);
                    if (repeated != null) {
                        media.send(repeated);
                    }
                }
            }
        }
    }

    private void onPayloadFeedback(RtcpBytes.Part part) {
        var asked =
                switch (part.format()) {
                    case RtcpBytes.PICTURE_LOSS -> part.bytes().integer(8);
                    case RtcpBytes.FULL_INTRA_REQUEST -> part.bytes().integer(12);
                    default -> 0;
                };
        for (var encoder : encoders.values()) {
            if (encoder.ssrc() == asked) {
                encoder.wantKeyFrame();
            }
        }
    }
}
