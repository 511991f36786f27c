// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A browser that is fed audio as slot 0 and video as slot 1 over bad links: it asks for what is
/// missing, reports what it got, and checks all of it.
public final class SimulatedSubscriber {
    private static final long NACK_NANOS = 40 * VirtualTime.MILLIS;

    /// Browsers give up on a packet after about as many.
    private static final int MOST_NACKS = 15;

    private static final long REPORT_NANOS = 500 * VirtualTime.MILLIS;
    private static final int OWN_SSRC = 1;

    /// One section as it leaves the server and as it arrives here.
    private static final class Slot {
        final Codec codec;
        final int ssrc;
        final int rtxSsrc;
        final StreamRecord sent;
        final StreamRecord received;
        int lastReport;
        long lastReportNanos;
        final Map<Long, Integer> asked = new HashMap<>();

        Slot(String name, Codec codec, int ssrc, int rtxSsrc) {
            this.codec = codec;
            this.ssrc = ssrc;
            this.rtxSsrc = rtxSsrc;
            sent = new StreamRecord(name + " " + codec + " as sent", codec.kind());
            received = new StreamRecord(name + " " + codec + " as received", codec.kind());
        }
    }

    private final SimulatedLoop loop;
    private final RoomId room;
    private final List<Codec> codecs;
    private final SimulatedTransport transport;
    private final LossyLink media;
    private final LossyLink feedback;
    private final Map<Integer, Slot> slots = new LinkedHashMap<>();
    private final Map<Integer, Slot> bySsrc = new HashMap<>();

    public SimulatedSubscriber(
            SimulatedLoop loop,
            RoomId room,
            Codec video,
            LossyLink.Quality quality,
            SplittableRandom random) {
        this.loop = loop;
        this.room = room;
        codecs = List.of(Codec.OPUS, video);
        media = new LossyLink(loop.time(), random.nextLong(), quality, this::onDatagram);
        transport = loop.open(room, this::onSent, media::send);
        feedback = new LossyLink(loop.time(), random.nextLong(), quality, transport::receiveRtcp);
    }

    public SimulatedTransport transport() {
        return transport;
    }

    /// Subscribes to audio and video of `from`, or switches to them; false when that was refused.
    public boolean subscribe(ParticipantId from) {
        var feeds = List.of(new RoomCommand.Feed(0, from, "0"), new RoomCommand.Feed(1, from, "1"));
        var told = loop.ask(r -> new RoomCommand.Subscribe(r, room, transport.id(), feeds));
        for (var event : told) {
            if (event instanceof RoomEvent.Subscribed subscribed) {
                subscribed.slots().forEach(this::onSlot);
                return true;
            }
        }
        return false;
    }

    private void onSlot(RoomEvent.SlotSsrcs fed) {
        var slot = slots.get(fed.slot());
        if (slot != null) {
            assertThat((int) fed.ssrc()).as("a switch keeps the SSRC").isEqualTo(slot.ssrc);
            return;
        }
        var codec = codecs.get(fed.slot());
        var rtxSsrc = Plans.rtxPayloadType(codec) < 0 ? 0 : (int) fed.rtxSsrc();
        var name = "peer " + transport.id().value();
        var added = new Slot(name, codec, (int) fed.ssrc(), rtxSsrc);
        slots.put(fed.slot(), added);
        assertThat(bySsrc.put(added.ssrc, added)).as("SSRCs differ").isNull();
        if (rtxSsrc != 0) {
            assertThat(bySsrc.put(rtxSsrc, added)).as("SSRCs differ").isNull();
        }
    }

    /// Agrees to what is offered, connects, and begins to report.
    public void start() {
        var plan = Plans.of(Plans.sends(0, codecs.getFirst()), Plans.sends(1, codecs.getLast()));
        loop.ask(r -> new RoomCommand.Plan(r, room, transport.id(), plan));
        transport.connect();
        askForMissing();
        report();
    }

    public List<MediaEvent> pause(boolean paused) {
        return loop.ask(r -> new RoomCommand.Pause(r, room, transport.id(), paused));
    }

    public List<MediaEvent> send(int slot, boolean send) {
        return loop.ask(r -> new RoomCommand.Send(r, room, transport.id(), slot, send));
    }

    /// What leaves the server, before the network loses any of it.
    private void onSent(byte[] packet) {
        media(packet, true);
        media.send(packet);
    }

    private void onDatagram(byte[] packet) {
        var type = packet[1] & 0xFF;
        // RFC 5761 §4.
        if (type >= 192 && type <= 223) {
            onRtcp(packet);
        } else {
            media(packet, false);
        }
    }

    private void media(byte[] packet, boolean leaving) {
        var view = Bytes.of(packet);
        var slot =
                requireNonNull(bySsrc.get(view.integer(8)), "media is sent on agreed SSRCs only");
        var header = 12 + (view.unsignedByte(0) & 0x0F) * 4;
        if ((view.unsignedByte(0) & 0x10) != 0) {
            header += 4 + 4 * view.unsignedShort(header + 2);
        }
        var stamp = Stamp.read(view, header);
        if (stamp == null) {
            assertThat(view.unsignedByte(0) & 0x20)
                    .as("what carries no media is padding")
                    .isNotZero();
        }
        var repeated = view.integer(8) == slot.rtxSsrc;
        if (repeated && stamp == null) {
            return;
        }
        var expected = repeated ? Plans.rtxPayloadType(slot.codec) : Plans.payloadType(slot.codec);
        assertThat(view.unsignedByte(1) & 0x7F).as("the agreed payload type").isEqualTo(expected);
        var number = repeated ? view.unsignedShort(header) : view.unsignedShort(2);
        var record = leaving ? slot.sent : slot.received;
        // What is repeated need not have been sent before: what came in ahead of its key frame's
        // first packet was not, and is there for whoever asks.
        var payload = repeated ? header + 2 : header;
        var frame = stamp == null ? null : FrameNumber.read(slot.codec, view, payload);
        record.onPacket(number, new StreamRecord.Packet(view.integer(4), stamp, frame));
    }

    private void onRtcp(byte[] compound) {
        for (var part : RtcpBytes.parse(compound)) {
            var slot = bySsrc.get(part.bytes().integer(4));
            if (part.type() == RtcpBytes.SENDER_REPORT && slot != null) {
                // The middle of the NTP timestamp, RFC 3550 §6.4.1.
                slot.lastReport = part.bytes().integer(10);
                slot.lastReportNanos = loop.time().nowNanos();
            }
        }
    }

    private void askForMissing() {
        if (transport.isEnded()) {
            return;
        }
        for (var slot : slots.values()) {
            if (slot.codec.kind() == MediaKind.VIDEO) {
                var missing = slot.received.missing();
                missing.removeIf(index -> slot.asked.merge(index, 1, Integer::sum) > MOST_NACKS);
                if (!missing.isEmpty()) {
                    sendFeedback(slot, RtcpBytes.nack(OWN_SSRC, slot.ssrc, missing));
                }
            }
        }
        loop.time().after(NACK_NANOS, this::askForMissing);
    }

    private void report() {
        if (transport.isEnded()) {
            return;
        }
        for (var slot : slots.values()) {
            if (slot.codec.kind() == MediaKind.VIDEO && slot.received.isEmpty()) {
                sendFeedback(slot, RtcpBytes.pictureLoss(OWN_SSRC, slot.ssrc));
            } else {
                feedback.send(reportOn(slot));
            }
        }
        loop.time().after(REPORT_NANOS, this::report);
    }

    private void sendFeedback(Slot slot, byte[] request) {
        feedback.send(RtcpBytes.compound(Arrays.asList(reportOn(slot), request)));
    }

    private byte[] reportOn(Slot slot) {
        var since = slot.lastReport == 0 ? 0 : loop.time().nowNanos() - slot.lastReportNanos;
        var delay = (int) (since * 65_536 / VirtualTime.SECONDS);
        return RtcpBytes.receiverReport(
                OWN_SSRC, slot.ssrc, 0, slot.received.highest(), slot.lastReport, delay);
    }

    /// Everything that was sent has arrived, and everything that was published was sent.
    public void assertComplete() {
        for (var slot : slots.values()) {
            var what = "peer " + transport.id().value() + " " + slot.codec;
            assertThat(slot.received.isEmpty()).as("%s: got nothing", what).isFalse();
            if (slot.codec.kind() == MediaKind.VIDEO) {
                assertThat(slot.sent.startsWithKeyFrame())
                        .as("%s: begins with a key frame", what)
                        .isTrue();
                assertThat(slot.sent.missingInLastRun())
                        .as("%s: never left the server", what)
                        .isEmpty();
                assertThat(slot.received.lacksOfLastRun(slot.sent))
                        .as("%s: lost and not repaired", what)
                        .isEmpty();
            }
        }
    }

    /// The media of one section that has arrived, in the order of its numbers.
    public List<Stamp> stamps(int slot) {
        return requireNonNull(slots.get(slot)).received.stamps();
    }

    /// How many different packets of video have arrived.
    public int videoPackets() {
        return requireNonNull(slots.get(1)).received.size();
    }

    /// Which source the newest video is from.
    public int videoSource() {
        return requireNonNull(slots.get(1)).received.lastSource();
    }
}
