// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.codec.Codec;
import io.portunus.core.codec.MediaKind;
import io.portunus.core.door.LocalTransport;
import io.portunus.core.rtp.ExtensionKind;
import io.portunus.core.rtp.ExtensionMap;
import io.portunus.signalling.auth.Grant;
import io.portunus.signalling.auth.RoomRole;
import io.portunus.signalling.events.HandleMonitor;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.sdp.OfferedStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The participant of a room with `dummy_publisher`: it seems to publish a stream of each codec, so
/// that subscribers can have their sections before anybody comes, and sends nothing.
final class Dummy {
    private static final String NAME = "Dummy publisher";

    private Dummy() {}

    /// What it pretends to send: `dummy_streams`, or one stream for each codec of the room.
    record Stream(Codec codec, String formatParameters) {}

    static Member of(VideoRooms rooms, ApiRoom room) {
        var id = room.ids().unused(_ -> false);
        var member = new Member(id, new Publisher(rooms, NOBODY, room, _ -> {}), 0, NAME, null);
        var streams = new ArrayList<OfferedStream>();
        for (var stream : streams(room.spec())) {
            streams.add(offered(streams.size(), stream));
        }
        member.pretend(streams, room.spec().dummyE2ee() || room.spec().requireE2ee());
        return member;
    }

    private static List<Stream> streams(RoomSpec room) {
        if (!room.dummyStreams().isEmpty()) {
            return room.dummyStreams();
        }
        var all = new ArrayList<Stream>();
        room.audioCodecs().forEach(codec -> all.add(new Stream(codec, "")));
        room.videoCodecs().forEach(codec -> all.add(new Stream(codec, "")));
        return all;
    }

    private static OfferedStream offered(int index, Stream stream) {
        var codec = stream.codec();
        return new OfferedStream(
                codec.kind(),
                index,
                Integer.toString(index),
                false,
                codec,
                false,
                false,
                false,
                codec == Codec.H264 ? profile(stream.formatParameters(), "profile-level-id") : "",
                codec == Codec.VP9 ? profile(stream.formatParameters(), "profile-id") : "",
                stream.formatParameters(),
                new ExtensionMap(
                        codec.kind() == MediaKind.AUDIO
                                ? Map.of()
                                : Map.of(ExtensionKind.VIDEO_ORIENTATION, 13)));
    }

    private static String profile(String parameters, String name) {
        for (var parameter : parameters.split(";", -1)) {
            if (parameter.strip().startsWith(name + "=")) {
                return parameter.strip().substring(name.length() + 1);
            }
        }
        return "";
    }

    /// A handle of nobody: what is sent to it is not heard.
    private static final Handle NOBODY =
            new Handle() {
                @Override
                public long id() {
                    return 0;
                }

                @Override
                public long sessionId() {
                    return 0;
                }

                @Override
                public @Nullable String opaqueId() {
                    return null;
                }

                @Override
                public boolean isAlive() {
                    return true;
                }

                @Override
                public void push(
                        @Nullable String transaction, ObjectNode data, @Nullable Jsep jsep) {}

                @Override
                public void notify(String kind, Consumer<ObjectNode> fields) {}

                @Override
                public Grant grant() {
                    return Grant.EVERYTHING;
                }

                @Override
                public boolean admits(String token, RoomRole role, String room) {
                    return false;
                }

                @Override
                public LocalTransport describe(LocalTransport local) {
                    return local;
                }

                @Override
                public HandleMonitor monitor() {
                    return HandleMonitor.OFF;
                }

                @Override
                public void probe(int waitMillis, Consumer<Boolean> answer) {
                    answer.accept(true);
                }
            };
}
