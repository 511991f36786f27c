// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.codec.Codec;
import io.portunus.core.door.RoomCommand;
import io.portunus.core.door.RoomSettings;
import io.portunus.core.testkit.LossyLink;
import io.portunus.core.testkit.SimulatedPublisher;
import io.portunus.core.testkit.VirtualTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TalkingTest {
    private static final RoomSettings TELLS = new RoomSettings(3, 10, 0, 0, true, 25, 40);

    private final Scene scene = new Scene();

    @Test
    void isToldWhenItBeginsAndWhenItStops() {
        change(TELLS);
        var anna = anna();
        scene.told();
        anna.talk(true);
        scene.loop.run(VirtualTime.SECONDS);
        assertThat(talk()).containsExactly("talks anna");
        anna.talk(false);
        scene.loop.run(VirtualTime.SECONDS);
        assertThat(talk()).containsExactly("stopped talking anna");
    }

    @Test
    void isToldOfThoseWhoPublishAlreadyWhenTheRoomIsChanged() {
        var anna = anna();
        anna.talk(true);
        scene.loop.run(VirtualTime.SECONDS);
        scene.told();
        change(TELLS);
        scene.loop.run(VirtualTime.SECONDS);
        assertThat(talk()).containsExactly("talks anna");
    }

    private List<String> talk() {
        return scene.told().stream().filter(text -> text.contains("talk")).toList();
    }

    private SimulatedPublisher anna() {
        scene.join("anna");
        var anna =
                new SimulatedPublisher(
                        scene.loop,
                        Scene.ROOM,
                        Scene.id("anna"),
                        Codec.VP8,
                        LossyLink.Quality.PERFECT,
                        new SplittableRandom(1));
        anna.start();
        return anna;
    }

    private void change(RoomSettings settings) {
        scene.ask(r -> new RoomCommand.Change(r, Scene.ROOM, settings));
    }
}
