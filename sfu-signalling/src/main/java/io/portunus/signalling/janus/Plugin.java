// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

/// Something a client can attach a handle to. One instance per server; everything is called on the
/// signalling loop.
public interface Plugin {
    /// The package name that clients attach to, such as `janus.plugin.videoroom`.
    String name();

    /// What the `info` verb tells of it.
    Description description();

    /// A client has attached; the session is told everything about `handle` from here on.
    PluginSession attach(Handle handle);

    /// @param version the plugin's version as an integer, such as 10
    record Description(
            String name, String author, String description, int version, String versionString) {}
}
