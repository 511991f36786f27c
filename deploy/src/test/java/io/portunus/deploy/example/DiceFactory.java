// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.example;

import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginContext;
import io.portunus.signalling.janus.PluginFactory;

/// Brings the dice along.
public final class DiceFactory implements PluginFactory {
    @Override
    public Plugin make(PluginContext context) {
        return new DicePlugin(context.loop());
    }
}
