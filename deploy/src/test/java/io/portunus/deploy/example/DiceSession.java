// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.example;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.core.door.PeerEnd;
import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Jsep;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.SignallingLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The dice of one handle: `{"request":"roll"}` is answered at once, `{"request":"shake"}` after
/// the seconds that it takes.
final class DiceSession implements PluginSession {
    private static final int SIDES = 6;
    private static final int MAX_SHAKING = 8;
    private static final Duration SHAKING = Duration.ofSeconds(3);

    private final Handle handle;
    private final SignallingLoop loop;
    private final List<SignallingLoop.Timer> shaking = new ArrayList<>();
    private int rolls;

    DiceSession(Handle handle, SignallingLoop loop) {
        this.handle = handle;
        this.loop = loop;
    }

    @Override
    public Result onMessage(String transaction, ObjectNode body, @Nullable Jsep jsep) {
        return switch (body.path("request").asText()) {
            case "roll" -> new Result.Done(rolled());
            case "shake" -> shake(transaction);
            default -> new Result.Done(failed(1, "Roll or shake"));
        };
    }

    private Result shake(String transaction) {
        if (shaking.size() >= MAX_SHAKING) {
            return new Result.Done(failed(2, "No more dice"));
        }
        var timer = new SignallingLoop.Timer[1];
        timer[0] =
                loop.schedule(
                        SHAKING,
                        () -> {
                            shaking.remove(timer[0]);
                            handle.push(transaction, rolled(), null);
                        });
        shaking.add(timer[0]);
        return new Result.Accepted();
    }

    @Override
    public void onHangupAsked(PeerEnd why) {
        // Dice have no PeerConnection.
    }

    @Override
    public void onDetached() {
        shaking.forEach(SignallingLoop.Timer::cancel);
        shaking.clear();
    }

    @Override
    public ObjectNode describe() {
        return answer("state").put("rolls", rolls).put("shaking", shaking.size());
    }

    private ObjectNode rolled() {
        rolls++;
        return answer("rolled").put("value", ThreadLocalRandom.current().nextInt(SIDES) + 1);
    }

    private static ObjectNode failed(int code, String why) {
        return answer("event").put("error_code", code).put("error", why);
    }

    private static ObjectNode answer(String what) {
        return JsonNodeFactory.instance.objectNode().put("dice", what);
    }
}
