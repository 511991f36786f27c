// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A headless browser with a fake camera and microphone, in a process and a profile of its own.
final class Browser implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final List<String> CHROMIUM_ARGUMENTS =
            List.of(
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-dev-shm-usage",
                    "--autoplay-policy=no-user-gesture-required",
                    "--allow-loopback-in-peer-connection",
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    "--auto-select-desktop-capture-source=Entire screen");
    private static final String FIREFOX_PREFERENCES =
            """
            user_pref("media.navigator.permission.disabled", true);
            user_pref("media.navigator.streams.fake", true);
            user_pref("media.autoplay.default", 0);
            user_pref("media.peerconnection.ice.loopback", true);
            user_pref("media.peerconnection.ice.obfuscate_host_addresses", false);
            user_pref("media.gmp-manager.updateEnabled", false);
            user_pref("media.gmp-provider.enabled", false);
            user_pref("app.update.enabled", false);
            user_pref("app.normandy.enabled", false);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("browser.safebrowsing.malware.enabled", false);
            user_pref("browser.safebrowsing.phishing.enabled", false);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("extensions.update.enabled", false);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("services.settings.server", "data:,none");
            user_pref("toolkit.telemetry.enabled", false);
            """;

    private final Path profile;
    private final Process process;
    private final BidiConnection connection;

    private Browser(Path profile, Process process, BidiConnection connection) {
        this.profile = profile;
        this.process = process;
        this.connection = connection;
    }

    /// Chromium, driven through chromedriver.
    static Browser chromium() {
        var profile = newProfile("chromium");
        var process =
                start(profile, executable("chromedriver"), "--port=0", "--allowed-ips=127.0.0.1");
        var port = awaitOutput(process, Pattern.compile("successfully on port (\\d+)"));
        var client = HttpClient.newHttpClient();
        var address = newChromiumSession(client, profile, port);
        return new Browser(profile, process, new BidiConnection(client, address));
    }

    /// Firefox, which speaks WebDriver BiDi by itself.
    static Browser firefox() {
        var profile = newProfile("firefox");
        try {
            Files.writeString(profile.resolve("user.js"), FIREFOX_PREFERENCES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var process =
                start(
                        profile,
                        executable("firefox-esr", "firefox"),
                        "--headless",
                        "--no-remote",
                        "--remote-debugging-port",
                        "0",
                        "--profile",
                        profile.toString());
        var address =
                awaitOutput(process, Pattern.compile("WebDriver BiDi listening on (ws://\\S+)"));
        var connection =
                new BidiConnection(HttpClient.newHttpClient(), URI.create(address + "/session"));
        connection.call(
                "session.new",
                params ->
                        params.putObject("capabilities")
                                .putObject("alwaysMatch")
                                .put("acceptInsecureCerts", true));
        return new Browser(profile, process, connection);
    }

    /// Opens `url` in a new window of its own and waits until it has loaded.
    Page open(String url) {
        var context =
                connection
                        .call("browsingContext.create", params -> params.put("type", "window"))
                        .path("context")
                        .asText();
        var page = new Page(connection, context);
        page.navigate(url);
        return page;
    }

    /// Ends all processes of the browser at once, as a crash would.
    void kill() {
        var all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        for (var one : all) {
            one.destroyForcibly();
        }
    }

    @Override
    public void close() {
        connection.close();
        kill();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            try (var files = Files.walk(profile)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException _) {
            // A dying browser may still write into its profile; it lies in the system's temporary
            // folder and is of no use to anybody.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI newChromiumSession(HttpClient client, Path profile, String port) {
        var json = new ObjectMapper();
        var request = json.createObjectNode();
        var always = request.putObject("capabilities").putObject("alwaysMatch");
        always.put("webSocketUrl", true);
        always.put("acceptInsecureCerts", true);
        var arguments = always.putObject("goog:chromeOptions").putArray("args");
        CHROMIUM_ARGUMENTS.forEach(arguments::add);
        arguments.add("--user-data-dir=" + profile.resolve("data"));
        try {
            var response =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/session"))
                                    .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                                    .header("Content-Type", "application/json")
                                    .build(),
                            BodyHandlers.ofString());
            var address =
                    json.readTree(response.body())
                            .path("value")
                            .path("capabilities")
                            .path("webSocketUrl")
                            .asText();
            if (address.isEmpty()) {
                throw new IllegalStateException("Chromium did not start: " + response.body());
            }
            return URI.create(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path newProfile(String name) {
        try {
            return Files.createTempDirectory("portunus-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String executable(String... names) {
        for (var name : names) {
            for (var folder : System.getenv("PATH").split(":", -1)) {
                var file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file.toString();
                }
            }
        }
        throw new IllegalStateException(
                String.join(" or ", names)
                        + " is not installed; ./portunus test installs it where the system has a"
                        + " package of it");
    }

    private static Process start(Path profile, String... command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", profile.toString());
        builder.environment().put("MOZ_HEADLESS", "1");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first group of `pattern` in what the process prints; the rest is read and forgotten.
    private static String awaitOutput(Process process, Pattern pattern) {
        var found = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> {
                    var seen = new StringBuilder();
                    try (var reader =
                            new BufferedReader(
                                    new InputStreamReader(
                                            process.getInputStream(), StandardCharsets.UTF_8))) {
                        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                            var matcher = pattern.matcher(line);
                            if (matcher.find()) {
                                found.complete(matcher.group(1));
                            }
                            if (!found.isDone()) {
                                seen.append(line).append('\n');
                            }
                        }
                    } catch (IOException e) {
                        seen.append(e);
                    }
                    found.completeExceptionally(
                            new IllegalStateException("the browser did not start: " + seen));
                });
        return found.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
    }
}
