// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.media.SignallingLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request that waits for events. Confined to the signalling loop.
final class LongPoll {
    static final String KEEPALIVE = "{\"janus\":\"keepalive\"}";

    private final Exchange exchange;
    private final int most;
    private final Runnable done;
    private final JsonStyle style;
    private SignallingLoop.@Nullable Timer expiry;

    /// @param most how many events it takes at most; of one that takes several the answer is a list
    /// @param done runs when it waits no more
    LongPoll(Exchange exchange, int most, Runnable done, JsonStyle style) {
        this.exchange = exchange;
        this.most = most;
        this.done = done;
        this.style = style;
    }

    Exchange exchange() {
        return exchange;
    }

    int most() {
        return most;
    }

    boolean isCarriedBy(Exchange other) {
        return exchange.equals(other);
    }

    boolean isOpen() {
        return exchange.isOpen();
    }

    /// It waits no longer than for `timer`, which is cancelled when it has its answer.
    void endsWith(SignallingLoop.Timer timer) {
        expiry = timer;
    }

    /// Says that nothing has happened.
    void keepAlive() {
        settle();
        exchange.answer(answerOf(List.of(KEEPALIVE)));
    }

    /// @param lost runs, on any thread, if the answer does not get through
    void answer(List<String> events, Runnable lost) {
        settle();
        exchange.answer(answerOf(events), lost);
    }

    /// It waits no more.
    void settle() {
        done.run();
        if (expiry != null) {
            expiry.cancel();
        }
    }

    private RestAnswer answerOf(List<String> events) {
        var json = most == 1 ? events.getFirst() : "[" + String.join(",", events) + "]";
        return RestAnswer.json(style.of(json));
    }
}
