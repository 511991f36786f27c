// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Something a client can attach a handle to. One instance per server; everything is called on the
/// signalling loop.
public interface Plugin {
    /// The package name that clients attach to, such as `janus.plugin.videoroom`.
    String name();

    /// What the `info` verb tells of it.
    Description description();

    /// A client has attached; the session is told everything about `handle` from here on.
    PluginSession attach(Handle handle);

    /// Handles a message of an operator, who need not attach for what concerns no handle.
    ///
    /// @return what a client would be answered; null where the plugin takes no such messages
    default @Nullable ObjectNode onOperatorMessage(ObjectNode message) {
        return null;
    }

    /// @param version the plugin's version as an integer, such as 10
    record Description(
            String name, String author, String description, int version, String versionString) {}
}
