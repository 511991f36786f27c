// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.portunus.signalling.janus.CoreApi;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The API over HTTP in virtual time, without a network: each request on a connection of its own.
public final class VirtualWeb {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 40_000);

    private final CoreApi api;
    private final RestApi rest;

    public VirtualWeb(CoreApi api, RestSettings settings) {
        this.api = api;
        rest = new RestApi(api.gateway(), api.time, settings);
    }

    public RestApi rest() {
        return rest;
    }

    /// JSON may be written with single quotes.
    public Asked post(String path, String body) {
        return ask("POST", path, body.startsWith("{\"") ? body : body.replace('\'', '"'));
    }

    /// What a request is answered with at once.
    public JsonNode answer(String path, String body) {
        return CoreApi.json(post(path, body).body());
    }

    public Asked get(String path) {
        return ask("GET", path, "");
    }

    public long newSession() {
        return answer("/janus", "{'janus':'create','transaction':'c'}")
                .path("data")
                .path("id")
                .asLong();
    }

    public long newHandle(long session, String plugin) {
        var body = "{'janus':'attach','transaction':'a','plugin':'" + plugin + "'}";
        return answer("/janus/" + session, body).path("data").path("id").asLong();
    }

    /// The connection of an unanswered request is reset.
    public void abort(Asked asked) {
        abort(asked, false);
    }

    /// @param silent whether only TCP's own questions have shown that it is dead
    public void abort(Asked asked, boolean silent) {
        asked.open = false;
        rest.onAborted(asked, silent);
        api.time.advance(Duration.ZERO);
    }

    private Asked ask(String method, String path, String body) {
        var asked = new Asked();
        rest.onRequest(new RestRequest(method, path, body, true, CLIENT), asked);
        api.time.advance(Duration.ZERO);
        return asked;
    }

    /// A request and its answer, as soon as there is one.
    public static final class Asked implements Exchange {
        private @Nullable RestAnswer answer;
        private Runnable lost = () -> {};
        private boolean open = true;
        private boolean dropped;
        private @Nullable Object audience;

        public boolean isAnswered() {
            return answer != null;
        }

        public int status() {
            return got().status();
        }

        public String body() {
            return got().body();
        }

        public JsonNode json() {
            return CoreApi.json(body());
        }

        boolean isDropped() {
            return dropped;
        }

        /// The connection breaks before the answer is out.
        void lose() {
            open = false;
            lost.run();
        }

        @Override
        public void answer(RestAnswer given, Runnable ifLost) {
            if (answer == null) {
                answer = given;
                lost = ifLost;
            }
        }

        @Override
        public void drop() {
            dropped = true;
        }

        @Override
        public void mayTake(int seconds) {}

        @Override
        public @Nullable Object audience() {
            return audience;
        }

        @Override
        public void audience(Object listener) {
            audience = listener;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        private RestAnswer got() {
            if (answer == null) {
                throw new AssertionError("the request is not answered");
            }
            return answer;
        }
    }
}
