// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// One page in a browser.
final class Page {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BidiConnection connection;
    private final String context;

    Page(BidiConnection connection, String context) {
        this.connection = connection;
        this.context = context;
    }

    void navigate(String url) {
        connection.call(
                "browsingContext.navigate",
                params -> params.put("context", context).put("url", url).put("wait", "complete"));
    }

    /// The JSON of what `expression` (which may be a promise) comes to.
    JsonNode evaluate(String expression) {
        var result =
                connection.call(
                        "script.evaluate",
                        params -> {
                            params.put(
                                    "expression",
                                    "(async () => JSON.stringify((await ("
                                            + expression
                                            + ")) ?? null))()");
                            params.put("awaitPromise", true);
                            params.putObject("target").put("context", context);
                            params.put("userActivation", true);
                        });
        if (!result.path("type").asText().equals("success")) {
            throw new IllegalStateException(
                    "in the page: " + result.path("exceptionDetails").path("text").asText());
        }
        try {
            return JSON.readTree(result.path("result").path("value").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits in the page, without asking over and over from here, until `condition` holds.
    ///
    /// @return whether it came to hold within `millis`
    boolean await(String condition, int millis) {
        return evaluate(
                        "(async () => { const until = performance.now() + "
                                + millis
                                + "; for (;;) { try { if (await ("
                                + condition
                                + ")) return true; } catch { } "
                                + "if (performance.now() > until) return false; "
                                + "await new Promise((next) => setTimeout(next, 20)); } })()")
                .asBoolean();
    }

    void resize(int width, int height) {
        connection.call(
                "browsingContext.setViewport",
                params -> {
                    params.put("context", context);
                    params.putObject("viewport").put("width", width).put("height", height);
                });
    }

    void screenshot(Path file) {
        var picture =
                connection.call(
                        "browsingContext.captureScreenshot",
                        params -> params.put("context", context));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        connection.call("browsingContext.close", params -> params.put("context", context));
    }
}
