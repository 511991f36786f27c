// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import static io.portunus.deploy.config.BadSettingException.inRange;
import static io.portunus.deploy.config.BadSettingException.require;

import io.portunus.signalling.http.AddressList;
import io.portunus.signalling.janus.JsonStyle;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// How the Janus API is spoken over HTTP, and what all TCP listeners grant their clients.
public record HttpConfig(
        String basePath,
        int pollSeconds,
        int vanishedSeconds,
        String allowOrigin,
        boolean enforceCors,
        String json,
        int requestSeconds,
        int connections,
        int connectionsPerAddress,
        int requestsPerSecond,
        List<String> trustedProxies,
        Acl acl) {
    static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9_.~-]+)+");
    private static final Pattern ORIGIN = Pattern.compile("\\*|https?://[!-~]+");

    public HttpConfig {
        require(
                BASE_PATH.matcher(basePath).matches(),
                "http.base_path is '" + basePath + "', but must be a path such as /janus");
        inRange("http.poll_seconds", pollSeconds, 1, 300);
        inRange("http.vanished_seconds", vanishedSeconds, 1, 300);
        require(
                ORIGIN.matcher(allowOrigin).matches(),
                "http.allow_origin is '" + allowOrigin + "', but must be * or http(s)://…");
        require(
                !enforceCors || !allowOrigin.equals("*"),
                "http.enforce_cors needs an http.allow_origin other than *");
        require(
                List.of("compact", "plain", "indented").contains(json),
                "http.json is '" + json + "', but must be compact, plain or indented");
        inRange("http.request_seconds", requestSeconds, 1, 120);
        inRange("http.connections", connections, 1, 1_000_000);
        inRange("http.connections_per_address", connectionsPerAddress, 1, 1_000_000);
        inRange("http.requests_per_second", requestsPerSecond, 0, 1_000_000);
        trustedProxies = addresses("http.trusted_proxies", trustedProxies);
    }

    /// Which clients each listener serves; an empty list for all.
    public record Acl(
            List<String> signalling,
            List<String> web,
            List<String> metrics,
            List<String> tls,
            List<String> admin) {
        public Acl {
            signalling = addresses("http.acl.signalling", signalling);
            web = addresses("http.acl.web", web);
            metrics = addresses("http.acl.metrics", metrics);
            tls = addresses("http.acl.tls", tls);
            admin = addresses("http.acl.admin", admin);
        }
    }

    /// How JSON is laid out, over HTTP and WebSocket alike.
    public JsonStyle jsonStyle() {
        return JsonStyle.valueOf(json.toUpperCase(Locale.ROOT));
    }

    private static List<String> addresses(String setting, List<String> entries) {
        try {
            var _ = AddressList.of(entries);
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(setting + ": " + e.getMessage());
        }
        return List.copyOf(entries);
    }
}
