// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.RequestReader;
import io.portunus.signalling.media.SignallingLoop;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests that ask the network, which may take long: a few at once, each on a thread of its
/// own. Confined to the signalling loop.
final class Lookups {
    /// The most at once.
    static final int MAX_AT_ONCE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
    private static final int UNKNOWN_ERROR = 490;
    private static final int MAX_NAME_CHARACTERS = 255;
    private static final int MAX_PORT = 65_535;
    private static final int ATTEMPTS = 3;
    private static final int ATTEMPT_MILLIS = 1_000;
    private static final int LOOP_FULL_MILLIS = 50;
    private static final long NANOS_PER_MICRO = 1_000;

    private final SignallingLoop loop;
    private int underWay;

    Lookups(SignallingLoop loop) {
        this.loop = loop;
    }

    /// What the network says, for the answer.
    @FunctionalInterface
    private interface Question {
        Consumer<ObjectNode> ask() throws IOException;
    }

    /// `resolve_address`: what address a name has for this machine.
    void resolve(AdminRequest request) {
        var name = name(request.body());
        ask(
                request,
                () -> {
                    var ip = InetAddress.getAllByName(name)[0].getHostAddress();
                    return reply -> reply.put("ip", ip);
                });
    }

    /// `test_stun`: how a STUN server sees this machine.
    void testStun(AdminRequest request) {
        var name = name(request.body());
        var port = port(request.body(), "port");
        var local = request.body().hasNonNull("localport") ? port(request.body(), "localport") : 0;
        ask(
                request,
                () -> {
                    var seen = stun(new InetSocketAddress(name, port), local);
                    return reply ->
                            reply.put("public_ip", seen.getAddress().getHostAddress())
                                    .put("public_port", seen.getPort());
                });
    }

    private static String name(ObjectNode body) {
        var name = RequestReader.text(body, "address");
        if (name.isBlank() || name.length() > MAX_NAME_CHARACTERS) {
            throw new ApiRefusal(ApiError.invalidType("address", "a non-empty string"));
        }
        return name;
    }

    private static int port(ObjectNode body, String name) {
        var port = RequestReader.number(body, name, 0);
        if (port > MAX_PORT) {
            throw new ApiRefusal(ApiError.invalidType(name, "a port"));
        }
        return port;
    }

    private void ask(AdminRequest request, Question question) {
        if (underWay >= MAX_AT_ONCE) {
            throw new ApiRefusal(ApiError.limit("questions to the network at once"));
        }
        underWay++;
        Thread.ofPlatform().daemon().name("lookup").start(() -> run(request, question));
    }

    private void run(AdminRequest request, Question question) {
        var begun = System.nanoTime();
        Runnable answer;
        try {
            var found = question.ask();
            var elapsed = (System.nanoTime() - begun) / NANOS_PER_MICRO;
            answer =
                    () -> {
                        var reply = request.success();
                        found.accept(reply);
                        request.answer(reply.put("elapsed", elapsed));
                    };
        } catch (IOException | RuntimeException e) {
            LOG.debug("'{}' found nothing", request.verb(), e);
            answer =
                    () ->
                            request.fail(
                                    new ApiError(
                                            UNKNOWN_ERROR,
                                            "Could not resolve or reach "
                                                    + request.body().path("address").asText()));
        }
        conclude(answer);
    }

    /// Comes back to the signalling loop, as soon as that has room.
    private void conclude(Runnable answer) {
        try {
            while (!loop.isClosed()
                    && !loop.execute(() -> {
                        underWay--;
                        answer.run();
                    })) {
                Thread.sleep(LOOP_FULL_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress stun(InetSocketAddress server, int localPort)
            throws IOException {
        if (server.isUnresolved()) {
            throw new IOException("there is no " + server.getHostString());
        }
        var question = new StunQuestion();
        try (var socket = new DatagramSocket(localPort)) {
            socket.connect(server);
            socket.setSoTimeout(ATTEMPT_MILLIS);
            for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
                var request = question.request();
                socket.send(new DatagramPacket(request, request.length));
                var answer = new byte[StunQuestion.MAX_ANSWER_BYTES];
                var datagram = new DatagramPacket(answer, answer.length);
                try {
                    socket.receive(datagram);
                } catch (SocketTimeoutException _) {
                    continue;
                }
                var seen = question.answer(answer, datagram.getLength());
                if (seen != null) {
                    return seen;
                }
            }
        }
        throw new IOException("no answer of " + server);
    }
}
