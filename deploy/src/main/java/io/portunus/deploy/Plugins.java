// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginContext;
import io.portunus.signalling.janus.PluginFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;

/// All plugins of the server: its own and those that jars on the class path bring along.
final class Plugins {
    private Plugins() {}

    /// @param own those that the server makes itself
    /// @throws IllegalStateException where a factory cannot be used, or two plugins have one name
    static List<Plugin> all(Plugin own, PluginContext context) {
        var plugins = new ArrayList<Plugin>();
        plugins.add(own);
        for (var factory : ServiceLoader.load(PluginFactory.class)) {
            plugins.add(factory.make(context));
        }
        var names = new HashSet<String>();
        for (var plugin : plugins) {
            if (!names.add(plugin.name())) {
                throw new IllegalStateException("there are two plugins " + plugin.name());
            }
        }
        return plugins;
    }
}
