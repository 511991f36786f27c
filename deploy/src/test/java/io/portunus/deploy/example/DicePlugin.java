// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.example;

import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.SignallingLoop;

/// Rolls dice for whoever attaches to it.
final class DicePlugin implements Plugin {
    private final SignallingLoop loop;

    DicePlugin(SignallingLoop loop) {
        this.loop = loop;
    }

    @Override
    public String name() {
        return "example.plugin.dice";
    }

    @Override
    public Description description() {
        return new Description("Dice", "Somebody", "Rolls dice", 1, "0.0.1");
    }

    @Override
    public PluginSession attach(Handle handle) {
        return new DiceSession(handle, loop);
    }
}
