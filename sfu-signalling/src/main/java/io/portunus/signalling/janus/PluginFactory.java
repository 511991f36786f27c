// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// Makes a plugin when the server starts. A jar on the class path that names its factories in
/// `META-INF/services/io.portunus.signalling.janus.PluginFactory` brings its plugins along.
public interface PluginFactory {
    /// Called once, before any client may come. Whatever it throws stops the start.
    Plugin make(PluginContext context);
}
