// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.CoreApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection whose client may ask anything at any time, and checks of what it hears that it
/// can be: each request is answered once, and each handle is told what goes together.
final class Caller {
    private final CoreApi.Peer client;
    private final boolean orderly;
    private final Map<String, Asked> asked = new HashMap<>();
    private final List<Seat> seats = new ArrayList<>();
    private int lastTransaction;
    private boolean closed;

    /// A request that was sent, and how far its answer has come.
    private static final class Asked {
        private final String request;
        private final @Nullable Seat seat;
        private final boolean isMessage;
        private boolean replied;
        private boolean awaitsEvent;

        Asked(String request, @Nullable Seat seat, boolean isMessage) {
            this.request = request;
            this.seat = seat;
            this.isMessage = isMessage;
        }
    }

    /// A handle.
    static final class Seat {
        private final long session;
        private final long handle;
        private final boolean echoes;
        private final Roster roster = new Roster();
        private @Nullable String offer;
        private final StringBuilder history = new StringBuilder();
        private long version;
        private boolean up;
        private boolean gone;

        Seat(long session, long handle, boolean echoes) {
            this.session = session;
            this.handle = handle;
            this.echoes = echoes;
        }

        boolean echoes() {
            return echoes;
        }

        Roster roster() {
            return roster;
        }

        /// The offer that the server made last, or null.
        @Nullable String offer() {
            return offer;
        }

        /// Whether it is a subscriber.
        boolean watches() {
            return offer != null;
        }

        long session() {
            return session;
        }
    }

    /// @param orderly whether the media side always keeps up; otherwise the end of a connection may
    ///   be told after the beginning of the next
    Caller(CoreApi.Peer client, boolean orderly) {
        this.client = client;
        this.orderly = orderly;
    }

    CoreApi.Peer client() {
        return client;
    }

    /// The handles that are attached.
    List<Seat> seats() {
        return seats.stream().filter(seat -> !seat.gone).toList();
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        listen();
        closed = true;
        seats.forEach(seat -> seat.gone = true);
        client.close();
    }

    long create() {
        return request("{'janus':'create'}", null).path("data").path("id").asLong();
    }

    void attach(long session, boolean echoes) {
        var plugin = echoes ? "janus.plugin.echotest" : "janus.plugin.videoroom";
        var reply =
                request(
                        "{'janus':'attach','plugin':'" + plugin + "','session_id':" + session + "}",
                        null);
        if (reply.path("janus").asText().equals("success")) {
            seats.add(new Seat(session, reply.path("data").path("id").asLong(), echoes));
        }
    }

    void destroy(long session) {
        listen();
        for (var seat : seats) {
            seat.gone |= seat.session == session;
        }
        request("{'janus':'destroy','session_id':" + session + "}", null);
    }

    /// A verb other than `message` about a handle.
    void verb(Seat seat, String fields) {
        request(
                "{"
                        + fields
                        + ",'session_id':"
                        + seat.session
                        + ",'handle_id':"
                        + seat.handle
                        + "}",
                seat);
    }

    /// Sends a message to the plugin; the reply, whatever comes of it.
    JsonNode message(Seat seat, String body, @Nullable String type, @Nullable String sdp) {
        var message = (ObjectNode) CoreApi.json("{'janus':'message'}");
        message.put("session_id", seat.session).put("handle_id", seat.handle);
        message.set("body", CoreApi.json(body));
        if (type != null) {
            message.putObject("jsep").put("type", type).put("sdp", sdp);
        }
        return request(message, seat);
    }

    private JsonNode request(String text, @Nullable Seat seat) {
        return request((ObjectNode) CoreApi.json(text), seat);
    }

    private JsonNode request(ObjectNode message, @Nullable Seat seat) {
        var transaction = "t" + ++lastTransaction;
        message.put("transaction", transaction);
        listen();
        var sent = new Asked(brief(message), seat, message.has("body"));
        asked.put(transaction, sent);
        client.post(message.toString());
        JsonNode reply = null;
        for (var next = client.heard(); next != null; next = client.heard()) {
            if (reply == null && next.path("transaction").asText().equals(transaction)) {
                reply = next;
            }
            onHeard(next);
        }
        if (reply == null || !sent.replied) {
            throw new AssertionError("not answered at once: " + sent.request);
        }
        return reply;
    }

    /// Takes in what has come since.
    void listen() {
        for (var next = client.heard(); next != null; next = client.heard()) {
            onHeard(next);
        }
    }

    /// Nothing that was asked on a handle that is still there may be without an answer.
    void checkThatAllIsAnswered() {
        for (var one : asked.values()) {
            if (one.awaitsEvent && one.seat != null && !one.seat.gone) {
                throw new AssertionError("nothing came after the ack of " + one.request);
            }
        }
    }

    private void onHeard(JsonNode heard) {
        if (heard.path("error").path("reason").asText().equals("Internal error")
                || heard.path("plugindata")
                        .path("data")
                        .path("error")
                        .asText()
                        .equals("Internal error")) {
            throw new AssertionError("a fault of the server: " + heard);
        }
        var kind = heard.path("janus").asText();
        if (heard.has("transaction")) {
            onAnswer(kind, heard);
        } else if (kind.equals("error")) {
            throw new AssertionError("an error that answers nothing: " + heard);
        }
        if (heard.has("sender")) {
            onSeat(seat(heard), kind, heard);
        }
    }

    private void onAnswer(String kind, JsonNode heard) {
        var one = asked.get(heard.path("transaction").asText());
        if (one == null) {
            throw new AssertionError("an answer to what was not asked: " + heard);
        }
        if (kind.equals("event")) {
            if (!one.awaitsEvent) {
                throw new AssertionError(
                        one.request
                                + (one.replied
                                        ? " is answered a second time: "
                                        : " has its event before its ack: ")
                                + heard);
            }
            one.awaitsEvent = false;
            return;
        }
        if (one.replied) {
            throw new AssertionError(one.request + " is replied to twice: " + heard);
        }
        one.replied = true;
        one.awaitsEvent = one.isMessage && kind.equals("ack");
    }

    private @Nullable Seat seat(JsonNode heard) {
        for (var seat : seats) {
            if (seat.handle == heard.path("sender").asLong()) {
                return seat;
            }
        }
        return null;
    }

    private void onSeat(@Nullable Seat seat, String kind, JsonNode heard) {
        if (seat != null) {
            var text = heard.toString();
            seat.history.append("\n").append(text, 0, Math.min(250, text.length()));
        }
        if (seat == null || seat.gone) {
            throw new AssertionError("told about a handle that is gone: " + heard);
        }
        var data = heard.path("plugindata").path("data");
        if (heard.path("jsep").path("type").asText().equals("offer")) {
            onOffer(seat, data, heard.path("jsep").path("sdp").asText());
        }
        switch (kind) {
            case "detached" -> seat.gone = true;
            case "webrtcup" -> {
                if (seat.up && orderly) {
                    throw new AssertionError("up twice without a hangup, after" + seat.history);
                }
                seat.up = true;
            }
            case "hangup" -> {
                if (heard.path("reason").asText().equals("Detach")) {
                    throw new AssertionError("a reason that clients do not know: " + heard);
                }
                seat.up = false;
                // The offers of another connection are numbered anew.
                seat.version = 0;
            }
            case "event" -> onPlugin(seat, data, heard.has("transaction"));
            default -> {
                // Replies and news of the media.
            }
        }
    }

    /// An offer must be newer than the one before and show the streams that are told beside it.
    private static void onOffer(Seat seat, JsonNode data, String offer) {
        var version = Long.parseLong(offer.split(" ", 4)[2]);
        if (version <= seat.version) {
            throw new AssertionError("an offer that is no newer than the last:\n" + offer);
        }
        seat.version = version;
        seat.offer = offer;
        var sections = offer.split("\r\nm=", -1);
        var streams = data.path("streams");
        if (streams.isMissingNode()) {
            return;
        }
        if (sections.length - 1 != streams.size()) {
            throw new AssertionError(streams + " is not what is offered in\n" + offer);
        }
        for (var i = 0; i < streams.size(); i++) {
            var stream = streams.path(i);
            var sends = sections[i + 1].contains("a=sendonly\r\n");
            if (stream.path("active").asBoolean() != sends
                    || !sections[i + 1].startsWith(stream.path("type").asText())
                    || !sections[i + 1].contains("a=mid:" + stream.path("mid").asText() + "\r\n")
                    || (sends && stream.path("feed_id").isMissingNode())) {
                throw new AssertionError(stream + " is not what is offered in\n" + offer);
            }
        }
    }

    private static void onPlugin(Seat seat, JsonNode data, boolean answers) {
        if (data.path("videoroom").asText().equals("joined")) {
            seat.roster.onJoined(data);
        } else if (answers && data.path("leaving").asText().equals("ok")) {
            seat.roster.onLeft();
        } else if (!answers && !data.path("videoroom").asText().equals("updated") && !seat.echoes) {
            seat.roster.onTold(data);
        }
    }

    private static String brief(ObjectNode message) {
        var text = message.toString();
        return text.substring(0, Math.min(300, text.length()));
    }
}
