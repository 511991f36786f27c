// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomFileTest {
    private static final Ids IDS = new Ids(false);

    @TempDir private Path folder;

    private static RoomSpec room(long id, String rest) throws IOException {
        var body = (ObjectNode) new ObjectMapper().readTree("{" + rest.replace('\'', '"') + "}");
        return RoomSpecReader.read(body, ApiId.of(id), true);
    }

    private List<RoomSpec> reopened() throws IOException {
        try (var file = new RoomFile(path(), IDS)) {
            return file.rooms().stream().map(one -> RoomSpecReader.permanent(one, IDS)).toList();
        }
    }

    private Path path() {
        return folder.resolve("rooms.json");
    }

    @Test
    void aRoomIsThereAgainWithAllItsProperties() throws IOException {
        var room =
                room(
                        7,
                        "'secret':'s','pin':'p','allowed':['t'],'publishers':9,'bitrate':128000,"
                                + "'bitrate_cap':true,'fir_freq':3,'videocodec':'vp9,h264',"
                                + "'h264_profile':'42e01f','is_private':true,'opus_dtx':true,"
                                + "'audiolevel_event':true,'audio_level_average':40,"
                                + "'notify_joining':true,'require_e2ee':true,'dummy_e2ee':true,'rec_dir':'/r'");
        var other = room(8, "");
        try (var file = new RoomFile(path(), IDS)) {
            assertThat(file.save(room)).isTrue();
            assertThat(file.save(other)).isTrue();
        }
        assertThat(reopened()).containsExactly(room, other);
    }

    @Test
    void theLastWordOnARoomCounts() throws IOException {
        try (var file = new RoomFile(path(), IDS)) {
            file.save(room(7, "'pin':'old'"));
            file.save(room(8, ""));
            file.save(room(7, "'pin':'new'"));
            assertThat(file.remove(ApiId.of(8))).isTrue();
            assertThat(file.remove(ApiId.of(9))).as("of a room that was not kept").isFalse();
        }
        assertThat(reopened()).extracting(RoomSpec::pin).containsExactly("new");
    }

    @Test
    void aLineThatACrashCutShortIsPassedOverAndTheRestIsThere() throws IOException {
        try (var file = new RoomFile(path(), IDS)) {
            file.save(room(7, ""));
            file.save(room(8, ""));
        }
        var bytes = Files.readAllBytes(path());
        var whole = new String(bytes, StandardCharsets.UTF_8).indexOf('\n') + 1;
        for (var cut = 0; cut < bytes.length; cut++) {
            Files.write(path(), Arrays.copyOf(bytes, cut));

            // The line's end alone may be missing: the line itself is whole.
            var expected = (cut >= whole - 1 ? 1 : 0) + (cut >= bytes.length - 1 ? 1 : 0);
            assertThat(reopened()).as("rooms after a crash at byte %d", cut).hasSize(expected);
        }
    }

    @Test
    void theFileStaysSmallHoweverOftenARoomIsChanged() throws IOException {
        try (var file = new RoomFile(path(), IDS)) {
            for (var i = 0; i < 3_000; i++) {
                file.save(room(7, "'pin':'" + i + "'"));
            }
            assertThat(Files.readAllLines(path())).hasSizeLessThan(1_100);
        }
        assertThat(reopened()).extracting(RoomSpec::pin).containsExactly("2999");
    }

    @Test
    void onlyItsOwnerCanReadTheSecretsInIt() throws IOException {
        try (var file = new RoomFile(path(), IDS)) {
            file.save(room(7, "'secret':'s'"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }
}
