// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.LeaveReason;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomId;
import io.portunus.core.door.RoomSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private final Scene scene = new Scene();

    @AfterEach
    void everyRequestHasItsAnswer() {
        scene.loop.events().assertAllAnswered();
        assertThat(scene.loop.faults()).isEmpty();
    }

    @Test
    void eachIdIsInTheRoomOnce() {
        assertThat(scene.join("anna")).containsExactly("joined anna");
        assertThat(scene.join("anna")).containsExactly("refused PARTICIPANT_EXISTS");
        assertThat(scene.leave("anna", LeaveReason.LEFT)).containsExactly("left anna LEFT");
        assertThat(scene.join("anna")).containsExactly("joined anna");
    }

    @Test
    void aFullRoomTakesNobodyUntilSomebodyLeaves() {
        for (var i = 0; i < Scene.SETTINGS.maxParticipants(); i++) {
            scene.join("guest " + i);
        }
        assertThat(scene.join("anna")).containsExactly("refused ROOM_FULL");
        scene.leave("guest 3", LeaveReason.GONE);
        assertThat(scene.join("anna")).containsExactly("joined anna");
    }

    @Test
    void changedSettingsHoldForThoseWhoComeLater() {
        scene.join("anna");
        scene.join("bert");
        var smaller = new RoomSettings(1, 2, 0, 0, false, 100, 25);
        scene.loop.ask(r -> new RoomCommand.Change(r, Scene.ROOM, smaller));
        assertThat(scene.join("carl")).containsExactly("refused ROOM_FULL");
        assertThat(scene.leave("bert", LeaveReason.LEFT)).containsExactly("left bert LEFT");
    }

    @Test
    void whoIsNotThereCannotLeave() {
        assertThat(scene.leave("anna", LeaveReason.KICKED))
                .containsExactly("refused NO_SUCH_PARTICIPANT");
    }

    @Test
    void aRoomIsOpenedOnceAndAnswersNothingWhenItHasEnded() {
        assertThat(scene.open(Scene.ROOM, Scene.SETTINGS)).containsExactly("refused ROOM_EXISTS");
        assertThat(scene.destroy()).containsExactly("ended DESTROYED");
        assertThat(scene.join("anna")).containsExactly("refused NO_SUCH_ROOM");
        assertThat(scene.destroy()).containsExactly("refused NO_SUCH_ROOM");
    }

    @Test
    void aLoopHoldsNoMoreThanItsMostRooms() {
        for (var i = 1; i < Rooms.MAX_ROOMS; i++) {
            scene.open(new RoomId(1 + i), Scene.SETTINGS);
        }
        var oneMore = new RoomId(1 + Rooms.MAX_ROOMS);
        assertThat(scene.open(oneMore, Scene.SETTINGS)).containsExactly("refused TOO_MANY_ROOMS");
        scene.destroy();
        assertThat(scene.open(oneMore, Scene.SETTINGS)).containsExactly("done");
    }

    @Test
    void aStoppedLoopOpensNoRoom() {
        scene.loop.stop();
        assertThat(scene.open(new RoomId(2), Scene.SETTINGS))
                .containsExactly("refused TOO_MANY_ROOMS");
    }

    @Test
    void whatNobodyWaitsForIsNotAnswered() {
        scene.told();
        var rooms = scene.loop.rooms();
        rooms.apply(new RoomCommand.Unpublish(0, Scene.ROOM, Scene.id("anna")), 0);
        rooms.apply(new RoomCommand.Unpublish(0, new RoomId(9), Scene.id("anna")), 0);
        rooms.apply(new RoomCommand.Change(0, Scene.ROOM, Scene.SETTINGS), 0);
        assertThat(scene.told()).isEmpty();
        rooms.apply(new RoomCommand.Join(0, Scene.ROOM, Scene.id("anna")), 0);
        assertThat(scene.told()).as("what others must hear").containsExactly("joined anna");
    }
}
