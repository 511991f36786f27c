// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.deploy.testkit.JanusClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Janus API over HTTP and https, on the assembled server.
class OverHttpTest {
    private static final long ROOM = 1234;

    @TempDir private Path folder;

    @Test
    void aClientWhosePollBreaksOffIsGoneForTheOthers() throws Exception {
        try (var server = RunningServer.start(Map.of("HTTP_VANISHED_SECONDS", "1"));
                var witness = server.client()) {
            witness.join(ROOM, 0);
            var web = URI.create(server.server().pageAddress());
            var session = post(web, "janus", "{\"janus\":\"create\"}").at("/data/id").asLong();
            var handle =
                    post(
                                    web,
                                    "janus/" + session,
                                    "{\"janus\":\"attach\",\"plugin\":\"janus.plugin.videoroom\"}")
                            .at("/data/id")
                            .asLong();
            post(
                    web,
                    "janus/" + session + "/" + handle,
                    "{\"janus\":\"message\",\"body\":{\"request\":\"join\",\"ptype\":\"publisher\","
                            + "\"room\":1234,\"id\":77}}");
            // The result is there, so this poll brings it and the next one waits.
            assertThat(get(web, "janus/" + session).at("/plugindata/data/videoroom").asText())
                    .isEqualTo("joined");
            var poll = new Socket(InetAddress.ofLiteral("127.0.0.1"), web.getPort());
            poll.getOutputStream()
                    .write(
                            "GET /janus/%d HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .formatted(session)
                                    .getBytes(StandardCharsets.ISO_8859_1));
            RunningServer.await("open polls", () -> openPolls(server), open -> open == 1);
            poll.setSoLinger(true, 0);
            var from = System.nanoTime();
            poll.close();

            var told = witness.awaitLeaving(77, JanusClient.PATIENCE_MILLIS);

            assertThat(TimeUnit.NANOSECONDS.toMillis(told.atNanos() - from))
                    .as("milliseconds until the others knew, with 1 s granted")
                    .isBetween(900L, 4_000L);
            assertThat(server.metrics()).contains("portunus_polls_vanished_total 1.0");
        }
    }

    @Test
    void aNewCertificateIsServedWithoutARestart() throws Exception {
        var first = Certificates.pair("EC");
        write(first);
        try (var server =
                RunningServer.start(
                        Map.of(
                                "TLS_ENABLED", "true",
                                "TLS_ADDRESS", "127.0.0.1",
                                "TLS_PORT", "0",
                                "TLS_RELOAD_SECONDS", "1",
                                "TLS_CERTIFICATE", folder.resolve("cert.pem").toString(),
                                "TLS_KEY", folder.resolve("key.pem").toString()))) {
            var port = URI.create(server.server().securePageAddress()).getPort();
            try (var early = connect(port)) {
                assertThat(served(early)).isEqualTo(first.getPublic());
                var second = Certificates.pair("EC");

                write(second);

                RunningServer.await(
                        "connections with the new certificate",
                        () -> servesNow(port, second) ? 1 : 0,
                        there -> there == 1);
                assertThat(ping(early)).as("over the connection of before").contains("pong");
            }
        }
    }

    private static long openPolls(RunningServer server) {
        return server.metrics()
                .lines()
                .filter(line -> line.startsWith("portunus_polls_open "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ", 2)[1]))
                .sum();
    }

    private static boolean servesNow(int port, KeyPair pair) {
        try (var socket = connect(port)) {
            return served(socket).equals(pair.getPublic()) && ping(socket).contains("pong");
        } catch (Exception e) {
            throw new AssertionError("a connection failed while the certificate changed", e);
        }
    }

    private static String ping(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /janus/ping HTTP/1.1\r\nHost: x\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
        var bytes = new byte[4_096];
        var text = new StringBuilder();
        while (!text.toString().endsWith("}")) {
            var length = socket.getInputStream().read(bytes);
            if (length < 0) {
                break;
            }
            text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private static Object served(SSLSocket socket) throws IOException {
        return socket.getSession().getPeerCertificates()[0].getPublicKey();
    }

    private static SSLSocket connect(int port) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(JanusClient.PATIENCE_MILLIS);
        socket.startHandshake();
        return socket;
    }

    private void write(KeyPair pair) throws Exception {
        Files.writeString(
                folder.resolve("cert.pem"), Certificates.pem(Certificates.certificateOf(pair)));
        Files.writeString(folder.resolve("key.pem"), Certificates.pem(Certificates.pkcs8(pair)));
    }

    private static JsonNode post(URI web, String path, String request) throws Exception {
        var body = request.replaceFirst("\\}$", ",\"transaction\":\"t\"}");
        return send(
                HttpRequest.newBuilder(web.resolve(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static JsonNode get(URI web, String path) throws Exception {
        return send(HttpRequest.newBuilder(web.resolve(path)).build());
    }

    private static JsonNode send(HttpRequest request) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return new ObjectMapper().readTree(http.send(request, BodyHandlers.ofString()).body());
        }
    }

    /// The certificate is looked at afterwards.
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
