// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.ParticipantId;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.PeerId;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomEvent;
import io.portunus.core.door.RoomId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The checkers see what they are there for: each violation, planted here, is caught.
class CheckersTest {
    private static final RoomId ROOM = new RoomId(1);
    private static final ParticipantId ANNA = new ParticipantId("anna");
    private static final PeerId PEER = new PeerId(7);

    private final EventChecker events = new EventChecker();
    private final StreamRecord video = new StreamRecord("video", MediaKind.VIDEO);

    private static void caught(ThrowingCallable violation) {
        assertThatThrownBy(violation).isInstanceOf(AssertionError.class);
    }

    @Test
    void timeThatGoesBackIsCaughtAcrossTheWrapOfTheTimestamp() {
        video.onPacket(0xFFFF, -10, new Stamp(1, 0, true));
        video.onPacket(0, 10, new Stamp(1, 1, false));
        caught(() -> video.onPacket(1, -20, new Stamp(1, 2, false)));
    }

    @Test
    void aPacketThatComesLateIsComparedWithBothOfItsNeighbours() {
        video.onPacket(1, 100, new Stamp(1, 0, true));
        video.onPacket(3, 300, new Stamp(1, 2, false));
        caught(() -> video.onPacket(2, 400, new Stamp(1, 1, false)));
    }

    @Test
    void anotherPacketUnderTheSameNumberIsCaught() {
        video.onPacket(1, 100, new Stamp(1, 0, true));
        video.onPacket(1, 100, new Stamp(1, 0, true));
        caught(() -> video.onPacket(1, 100, new Stamp(1, 1, false)));
    }

    @Test
    void aSwitchWithoutKeyFrameIsCaught() {
        video.onPacket(1, 100, new Stamp(1, 0, true));
        video.onPacket(2, 200, new Stamp(2, 50, true));
        caught(() -> video.onPacket(3, 300, new Stamp(1, 1, false)));
    }

    @Test
    void whatIsLeftOutWithoutAGapIsCaught() {
        video.onPacket(1, 100, new Stamp(1, 0, true));
        caught(() -> video.onPacket(2, 200, new Stamp(1, 2, false)));
    }

    @Test
    void framesThatAreNotCountedOnAreCaught() {
        video.onPacket(1, keyFrame(0x7FFF, 255));
        video.onPacket(2, keyFrame(0, 0));
        caught(() -> video.onPacket(3, keyFrame(2, 1)));
        video.onPacket(5, keyFrame(7, 7));
        caught(() -> video.onPacket(6, keyFrame(8, 7)));
    }

    private static StreamRecord.Packet keyFrame(int number, int baseLayer) {
        var frame = new FrameNumber(number, 0x7FFF, baseLayer);
        return new StreamRecord.Packet(10, new Stamp(1, 0, true), frame);
    }

    @Test
    void whatIsMissingIsKnown() {
        video.onPacket(1, 100, new Stamp(1, 0, true));
        video.onPacket(3, 100, new Stamp(1, 2, false));
        video.onPacket(4, 200, new Stamp(2, 0, true));
        video.onPacket(6, 300, new Stamp(2, 2, false));
        assertThat(video.missing()).containsExactly(0x1_0002L, 0x1_0005L);
        assertThat(video.missingInLastRun()).containsExactly(0x1_0005L);
    }

    @Test
    void oneNonceForTwoPacketsIsCaught() {
        var egress = new PlaintextEgress(_ -> {}, _ -> {});
        send(egress, 1, (byte) 5);
        send(egress, 2, (byte) 6);
        send(egress, 1, (byte) 5);
        caught(() -> send(egress, 1, (byte) 6));
    }

    private static void send(PlaintextEgress egress, int index, byte payload) {
        var offset = egress.reserve(13);
        egress.memory().asSlice(offset, 12).fill((byte) 0);
        egress.memory().set(ValueLayout.JAVA_BYTE, offset + 3, (byte) index);
        egress.sendRtp(12, MemorySegment.ofArray(new byte[] {payload}), 0, 1, index);
    }

    @Test
    void moreBytesThanWereReservedAreCaught() {
        var egress = new PlaintextEgress(_ -> {}, _ -> {});
        egress.reserve(20);
        caught(() -> egress.sendRtcp(21));
    }

    @Test
    void aGapInTheNumbersOfEventsIsCaught() {
        events.onEvent(new RoomEvent.Joined(0, ROOM, 1, ANNA));
        caught(() -> events.onEvent(new RoomEvent.Published(ROOM, 3, ANNA, PEER)));
    }

    @Test
    void leavingTwiceIsCaught() {
        events.onEvent(new RoomEvent.Joined(0, ROOM, 1, ANNA));
        events.onEvent(new RoomEvent.Left(0, ROOM, 2, ANNA, LeaveReason.LEFT, false));
        caught(() -> events.onEvent(new RoomEvent.Left(0, ROOM, 3, ANNA, LeaveReason.GONE, false)));
    }

    @Test
    void anEndOfWhatWasNeverToldIsCaught() {
        events.onEvent(new RoomEvent.Joined(0, ROOM, 1, ANNA));
        caught(() ->
                events.onEvent(
                        new RoomEvent.Unpublished(0, ROOM, 2, ANNA, PEER, PeerEnd.DTLS_CLOSED)));
        caught(() -> events.onEvent(new RoomEvent.FeedGone(ROOM, 3, PEER, List.of(0))));
    }

    @Test
    void anAnswerThatIsMissingOrComesTwiceIsCaught() {
        events.onCommand(new RoomCommand.Destroy(5, ROOM));
        caught(events::assertAllAnswered);
        events.onEvent(new RoomEvent.Done(5, ROOM, 1));
        events.assertAllAnswered();
        caught(() -> events.onEvent(new RoomEvent.Done(5, ROOM, 2)));
    }

    @Test
    void aWordAboutARoomThatHasEndedIsCaught() {
        events.onEvent(new RoomEvent.Ended(0, ROOM, 1, RoomEvent.RoomEnd.DESTROYED));
        caught(() -> events.onEvent(new RoomEvent.Joined(0, ROOM, 2, ANNA)));
    }
}
