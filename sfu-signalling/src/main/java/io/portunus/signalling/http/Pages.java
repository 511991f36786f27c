// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files of the web pages, from the class path. Only plain names in the one folder and its
/// sub-folders are looked for, so no path leads elsewhere. Thread-safe.
public final class Pages {
    private static final Pattern PLAIN_PATH =
            Pattern.compile("/(?:[a-z0-9_-]+/){0,3}[a-z0-9_-]+(?:\\.[a-z0-9_-]+){1,3}");
    private static final int MAX_FILES = 256;

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml",
                    "png", "image/png");

    private final Class<?> origin;
    private final String folder;
    private final Map<String, Page> loaded = new ConcurrentHashMap<>();

    /// @param origin a class beside which the resources are
    /// @param folder their folder on the class path, such as `/web`
    public Pages(Class<?> origin, String folder) {
        this.origin = origin;
        this.folder = folder;
    }

    /// One file. A plain class, since records hold no arrays.
    public static final class Page {
        private final String type;
        private final byte[] content;

        Page(String type, byte[] content) {
            this.type = type;
            this.content = content;
        }

        public String type() {
            return type;
        }

        public byte[] content() {
            return content.clone();
        }
    }

    /// The page that `uri` asks for, or null where there is none.
    public @Nullable Page find(String uri) {
        var asked = new QueryStringDecoder(uri).rawPath();
        var path = asked.equals("/") ? "/index.html" : asked;
        var type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null || !PLAIN_PATH.matcher(path).matches()) {
            return null;
        }
        var page = loaded.get(path);
        return page != null ? page : load(path, type);
    }

    private @Nullable Page load(String path, String type) {
        try (var stream = origin.getResourceAsStream(folder + path)) {
            if (stream == null) {
                return null;
            }
            var page = new Page(type, stream.readAllBytes());
            if (loaded.size() < MAX_FILES) {
                loaded.put(path, page);
            }
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
