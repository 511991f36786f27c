// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.sdp;

import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.door.MediaPlan;
import io.portunus.core.door.MediaPlan.Feedback;
import io.portunus.core.door.RemoteTransport;
import io.portunus.core.door.RoomEvent.SlotSsrcs;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.signalling.sdp.SessionDescription.Section;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Our offers to one subscriber and its answers (RFC 8829). Sections (*slots*) are never removed:
/// one that feeds nothing is inactive, and is used again for the next stream of its kind and codec.
/// Confined to the signalling loop.
public final class SubscriberNegotiation {
    private static final Set<Feedback> VIDEO_FEEDBACK = EnumSet.allOf(Feedback.class);
    private static final Set<Feedback> AUDIO_FEEDBACK = EnumSet.of(Feedback.TRANSPORT_CC);

    private final String sessionName;
    private final long sessionId;
    private final List<Slot> slots = new ArrayList<>();
    private long version;
    private int offered;
    private boolean awaitsAnswer;

    /// @param sessionId the number in our `o=` lines, the same for the life of the connection
    public SubscriberNegotiation(String sessionName, long sessionId) {
        this.sessionName = sessionName;
        this.sessionId = sessionId;
    }

    /// What came of an answer.
    public sealed interface Outcome {
        /// @param ready the slots that the client takes
        record Accepted(MediaPlan plan, RemoteTransport remote, Set<Integer> ready)
                implements Outcome {
            public Accepted {
                ready = Set.copyOf(ready);
            }
        }

        record Refused(String reason) implements Outcome {}
    }

    /// How many slots there are, active or not.
    public int slots() {
        return slots.size();
    }

    /// Whether `slot` is offered as sending.
    public boolean isActive(int slot) {
        return slots.get(slot).active;
    }

    /// What `slot` carries.
    public MediaKind kind(int slot) {
        return slots.get(slot).spec.kind();
    }

    /// The `a=mid` of `slot`.
    public static String mid(int slot) {
        return Integer.toString(slot);
    }

    /// The slot that [#add] would take for `spec` when `taken` are no longer free; the number of
    /// slots (and on) for a new one.
    public int slotFor(StreamSpec spec, Set<Integer> taken) {
        for (var i = 0; i < slots.size(); i++) {
            var slot = slots.get(i);
            if (!slot.active && slot.spec.codec() == spec.codec() && !taken.contains(i)) {
                return i;
            }
        }
        var next = slots.size();
        while (taken.contains(next)) {
            next++;
        }
        return next;
    }

    /// Feeds `slot`, an inactive one or the next after the last, with `spec` from the next offer
    /// on.
    public void add(int slot, StreamSpec spec) {
        if (slot > slots.size()) {
            throw new IllegalArgumentException("slot " + slot + " leaves a gap");
        }
        if (slot == slots.size()) {
            slots.add(new Slot(spec));
        } else {
            slots.get(slot).spec = spec;
            slots.get(slot).active = true;
        }
    }

    /// `slot` feeds nothing from the next offer on.
    public void deactivate(int slot) {
        slots.get(slot).active = false;
    }

    /// Whether an offer is out that the client has not answered.
    public boolean awaitsAnswer() {
        return awaitsAnswer;
    }

    /// What the last answer said could not be carried out: it may come again.
    public void answerAgain() {
        awaitsAnswer = true;
    }

    /// Writes the next offer.
    ///
    /// @param ssrcs what we send, for each slot that has ever been fed
    public String offer(LocalTransport local, Map<Integer, SlotSsrcs> ssrcs) {
        offered = slots.size();
        awaitsAnswer = true;
        var writer = new SdpWriter();
        var mids = new ArrayList<String>();
        for (var i = 0; i < slots.size(); i++) {
            mids.add(mid(i));
        }
        writer.session(sessionId, ++version, sessionName, mids, local, true);
        for (var i = 0; i < slots.size(); i++) {
            write(writer, i, local, ssrcs.get(i));
        }
        return writer.text();
    }

    /// Reads the answer to the last offer; nothing has changed where it is refused.
    public Outcome answered(SessionDescription answer) {
        if (!awaitsAnswer) {
            return new Outcome.Refused("Unexpected ANSWER (no OFFER)");
        }
        if (answer.sections().size() != offered) {
            return new Outcome.Refused("the answer has not as many media sections as the offer");
        }
        var lines = new ArrayList<MediaPlan.Line>();
        var ready = new TreeSet<Integer>();
        for (var section : answer.sections()) {
            if (!section.rejected() && !section.mid().equals(mid(section.index()))) {
                return new Outcome.Refused(
                        "the answer changes the mid of section " + section.index());
            }
            var line = line(section);
            if (line != null) {
                lines.add(line);
                if (section.direction().receives()) {
                    ready.add(section.index());
                }
            }
        }
        awaitsAnswer = false;
        var transport = answer.transport();
        var remote =
                new RemoteTransport(
                        transport.ufrag(),
                        transport.password(),
                        transport.fingerprints(),
                        transport.setup().equals("passive"));
        return new Outcome.Accepted(new MediaPlan(lines), remote, ready);
    }

    private void write(
            SdpWriter writer, int index, LocalTransport local, @Nullable SlotSsrcs ssrcs) {
        var slot = slots.get(index);
        var line = slot.offeredLine(index);
        var rtx = line.rtxPayloadType();
        writer.section(
                line.kind() == MediaKind.AUDIO ? "audio" : "video",
                rtx >= 0 ? List.of(line.payloadType(), rtx) : List.of(line.payloadType()),
                local,
                0,
                slot.active ? Direction.SENDONLY : Direction.INACTIVE,
                mid(index));
        writer.transport(local, "actpass");
        FormatLines.write(writer, line, slot.formatParameters());
        line.extensions()
                .asMap()
                .forEach((kind, id) -> writer.attribute("extmap:" + id + " " + kind.uri()));
        if (ssrcs != null) {
            var msid = slot.spec.msid();
            writer.attribute("msid:" + (msid.isEmpty() ? "janus janus" + index : msid));
            writer.ssrcs(ssrcs, rtx >= 0);
        }
        writer.candidates(local);
    }

    /// What the client agreed to of what we offered on one section; null where it is nothing.
    private MediaPlan.@Nullable Line line(Section section) {
        var slot = slots.get(section.index());
        var offer = slot.offeredLine(section.index());
        if (section.rejected() || !section.formats().contains(offer.payloadType())) {
            return null;
        }
        var rtx =
                section.rtxOf(offer.payloadType()) == offer.rtxPayloadType()
                        ? offer.rtxPayloadType()
                        : -1;
        var feedback = EnumSet.noneOf(Feedback.class);
        for (var each : offer.feedback()) {
            if (section.hasFeedback(offer.payloadType(), FormatLines.attribute(each))) {
                feedback.add(each);
            }
        }
        var extensions = new HashMap<ExtensionKind, Integer>();
        for (var extension : section.extensions()) {
            var kind = PublisherNegotiation.kindOf(extension.uri());
            if (kind != null && offer.extensions().idOf(kind) == extension.id()) {
                extensions.put(kind, extension.id());
            }
        }
        return new MediaPlan.Line(
                section.index(),
                offer.mid(),
                false,
                slot.active && section.direction().receives(),
                offer.codec(),
                offer.payloadType(),
                rtx,
                feedback,
                new ExtensionMap(extensions),
                List.of());
    }

    private static final class Slot {
        private StreamSpec spec;
        private boolean active = true;

        Slot(StreamSpec spec) {
            this.spec = spec;
        }

        MediaPlan.Line offeredLine(int index) {
            var video = spec.kind() == MediaKind.VIDEO;
            var payloadType = payloadType(spec.codec());
            return new MediaPlan.Line(
                    index,
                    mid(index),
                    false,
                    active,
                    spec.codec(),
                    payloadType,
                    video ? payloadType + 1 : -1,
                    video ? VIDEO_FEEDBACK : AUDIO_FEEDBACK,
                    extensions(),
                    List.of());
        }

        String formatParameters() {
            return switch (spec.codec()) {
                case VP8, PCMU, PCMA, G722 -> "";
                case OPUS, VP9, H264, AV1, H265 -> spec.formatParameters();
            };
        }

        private ExtensionMap extensions() {
            var ids = new EnumMap<ExtensionKind, Integer>(ExtensionKind.class);
            ids.put(ExtensionKind.TRANSPORT_SEQUENCE, 3);
            ids.put(ExtensionKind.MID, 4);
            if (spec.kind() == MediaKind.AUDIO) {
                offerIfAvailable(ids, ExtensionKind.AUDIO_LEVEL, 1);
            } else {
                ids.put(ExtensionKind.ABS_SEND_TIME, 2);
                ids.put(ExtensionKind.PLAYOUT_DELAY, 12);
                ids.put(ExtensionKind.VIDEO_ORIENTATION, 13);
                offerIfAvailable(ids, ExtensionKind.DEPENDENCY_DESCRIPTOR, 14);
            }
            return new ExtensionMap(ids);
        }

        private void offerIfAvailable(Map<ExtensionKind, Integer> ids, ExtensionKind kind, int id) {
            if (spec.available().contains(kind)) {
                ids.put(kind, id);
            }
        }

        /// The canonical payload types of subscriptions; a video's retransmissions have the next.
        private static int payloadType(Codec codec) {
            return switch (codec) {
                case PCMU -> 0;
                case PCMA -> 8;
                case G722 -> 9;
                case VP8 -> 96;
                case AV1 -> 98;
                case H265 -> 100;
                case VP9 -> 102;
                case H264 -> 107;
                case OPUS -> 111;
            };
        }
    }
}
