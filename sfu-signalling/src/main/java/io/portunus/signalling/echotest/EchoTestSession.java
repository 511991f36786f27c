// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.echotest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.core.door.Refusal;
import io.portunus.signalling.janus.Connection;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.sdp.PublisherNegotiation;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One handle: its requests one after the other, and the call that its offers make. Confined to the
/// signalling loop.
final class EchoTestSession implements PluginSession {
    /// The most requests that wait for the one before them.
    private static final int MAX_WAITING = 64;

    private static final int NO_MESSAGE = 411;
    private static final int INVALID_ELEMENT = 413;
    private static final int INVALID_SDP = 414;

    /// As the other plugins call what is nobody's mistake.
    private static final int UNKNOWN_ERROR = 499;

    private static final Logger LOG = LoggerFactory.getLogger(EchoTestSession.class);

    private final MediaClient media;
    private final Handle handle;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Waiting underWay;
    private @Nullable EchoCall call;

    EchoTestSession(MediaClient media, Handle handle) {
        this.media = media;
        this.handle = handle;
    }

    @Override
    public Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep) {
        var problem = EchoRequest.problem(body);
        if (problem != null) {
            fail(transaction, INVALID_ELEMENT, problem);
            return new Result.Accepted();
        }
        if (jsep == null && body.isEmpty()) {
            fail(transaction, NO_MESSAGE, "No message??");
        } else if (waiting.size() >= MAX_WAITING) {
            fail(transaction, UNKNOWN_ERROR, "Too many requests at once");
        } else {
            waiting.add(new Waiting(transaction, EchoRequest.read(body), jsep));
            next();
        }
        return new Result.Accepted();
    }

    private record Waiting(String transaction, EchoRequest request, @Nullable Jsep jsep) {}

    /// One after the other: an offer may not find the connection of the one before half made.
    private void next() {
        while (underWay == null && !waiting.isEmpty()) {
            var next = waiting.remove();
            underWay = next;
            try {
                serve(next);
            } catch (RuntimeException fault) {
                LOG.error(
                        "session {}: a request on handle {} failed",
                        handle.sessionId(),
                        handle.id(),
                        fault);
                // Unless it was answered before the fault.
                if (next.equals(underWay)) {
                    refuse(next.transaction(), UNKNOWN_ERROR, "Internal error");
                }
            }
        }
    }

    private void serve(Waiting next) {
        if (next.jsep() != null) {
            negotiate(next.transaction(), next.request(), next.jsep());
            return;
        }
        if (call != null) {
            call.apply(next.request());
        }
        succeed(next.transaction(), null);
        underWay = null;
    }

    /// The request that was under way has been answered.
    private void done() {
        underWay = null;
        next();
    }

    private void refuse(String transaction, int code, String text) {
        fail(transaction, code, text);
        done();
    }

    @Override
    public void onHangupAsked(PeerEnd why) {
        close(why);
    }

    @Override
    public void onDetached() {
        waiting.clear();
        close(PeerEnd.DETACHED);
    }

    @Override
    public ObjectNode describe() {
        return (call == null ? JsonNodeFactory.instance.objectNode() : call.describe())
                .put("hangingup", call != null && call.isEnding() ? 1 : 0)
                .put("destroyed", handle.isAlive() ? 0 : 1);
    }

    @Override
    public @Nullable Connection connection() {
        return call == null ? null : call.connection();
    }

    private void close(PeerEnd end) {
        if (call != null) {
            call.close(end);
        }
    }

    /// @param jsep an offer: nothing is ever offered here that could be answered
    private void negotiate(String transaction, EchoRequest request, Jsep jsep) {
        var present = call;
        var used = present == null || present.isEnding() ? open() : present;
        var outcome =
                used.negotiation()
                        .offered(jsep.description(), request.audioCodec(), request.videoCodec());
        if (!(outcome instanceof PublisherNegotiation.Outcome.Accepted accepted)) {
            refuse(transaction, INVALID_SDP, "Error in the offer");
            return;
        }
        call = used;
        used.take(
                accepted,
                request,
                jsep.e2ee(),
                new EchoCall.Outcome() {
                    @Override
                    public void answered(Jsep answer) {
                        succeed(transaction, answer);
                        done();
                    }

                    @Override
                    public void refused(Refusal why) {
                        if (call == used && !used.isAnswered()) {
                            // The client has never heard of it.
                            call = null;
                        }
                        refuse(transaction, UNKNOWN_ERROR, why.text());
                    }

                    @Override
                    public void abandoned() {
                        waiting.clear();
                    }
                });
    }

    private EchoCall open() {
        var opened = new EchoCall[1];
        opened[0] =
                new EchoCall(
                        media,
                        handle,
                        () -> {
                            if (call == opened[0]) {
                                call = null;
                                handle.push(null, event().put("result", "done"), null);
                            }
                        });
        return opened[0];
    }

    private void succeed(String transaction, @Nullable Jsep jsep) {
        handle.push(transaction, event().put("result", "ok"), jsep);
    }

    private void fail(String transaction, int code, String text) {
        handle.push(transaction, event().put("error_code", code).put("error", text), null);
    }

    private static ObjectNode event() {
        return JsonNodeFactory.instance.objectNode().put("echotest", "event");
    }
}
