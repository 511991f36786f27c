// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ConfigReader;
import io.portunus.signalling.videoroom.RoomSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoRoomConfigTest {
    @TempDir private Path folder;

    @Test
    void theDemoRoomIsThereWithoutAnyFile() {
        assertThat(VideoRoomConfig.of(new ConfigReader().read(null, Map.of())).rooms())
                .singleElement()
                .satisfies(room -> {
                    assertThat(room.id()).hasToString("1234");
                    assertThat(room.allowed()).as("no token is asked for").isNull();
                    assertThat(room.permanent()).isTrue();
                });
    }

    @Test
    void roomsOfAJanusConfigurationTakeThePlaceOfTheDemoRoom() throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("janus.plugin.videoroom.jcfg"),
                        """
                        # As shipped.
                        general: {
                            admin_key = "supersecret"   // for create
                            string_ids = false
                        }
                        room-1234: {
                            description = "Demo " "Room"
                            secret = "adminpwd"
                            publishers = 6
                            bitrate = 128000
                            fir_freq = 10
                            audiocodec = "opus"
                            videocodec = "vp9,vp8"
                            record = false
                            notify_joining = "yes"
                        }
                        """);
        var config = config("videoroom: {janus_file: '" + file + "'}");

        assertThat(config.plugin().adminKey()).isEqualTo("supersecret");
        assertThat(config.rooms())
                .singleElement()
                .satisfies(room -> {
                    assertThat(room.id()).hasToString("1234");
                    assertThat(room.description()).isEqualTo("Demo Room");
                    assertThat(room.secret()).isEqualTo("adminpwd");
                    assertThat(room.publishers()).isEqualTo(6);
                    assertThat(room.bitrate()).isEqualTo(128_000);
                    assertThat(room.firFreq()).isEqualTo(10);
                    assertThat(room.videoCodecs()).hasSize(2);
                    assertThat(room.notifyJoining()).isTrue();
                });
    }

    @Test
    void withStringIdsEveryRoomHasText() {
        var config = config("{videoroom: {string_ids: true}, rooms: [{room: lounge}, {room: 7}]}");

        assertThat(config.rooms()).extracting(RoomSpec::id).hasToString("[lounge, 7]");
        assertThat(config.rooms()).noneMatch(room -> room.id().isNumber());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    rooms: [{room: 0}]                   | rooms: room 0: room is 0, but must be 1 to 2^53 - 1
                    rooms: [{room: lounge}]              | rooms: room lounge: Invalid element type (room should be a positive integer)
                    rooms: [{room: 7, publishers: many}] | rooms: room 7: Invalid element type (publishers should be a positive integer)
                    rooms: [{room: 7, videocodec: mpeg}] | rooms: room 7: Invalid element (videocodec can only be or contain
                    rooms: [{room: 7, allowed: x}]       | rooms: room 7: Invalid element type (allowed should be an array)
                    videoroom: {janus_file: none.jcfg}   | videoroom.janus_file: none.jcfg cannot be read
                    videoroom: {rooms_file: /proc/x/y}   | videoroom.rooms_file: /proc/x/y cannot be used
                    """)
    void aBadRoomIsNamed(String yaml, String explanation) {
        assertThatThrownBy(() -> config(yaml))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining(explanation);
    }

    private VideoRoomConfig config(String yaml) {
        try {
            var file = Files.writeString(folder.resolve("portunus.yaml"), yaml);
            return VideoRoomConfig.of(new ConfigReader().read(file, Map.of()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
