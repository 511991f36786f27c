// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.echotest;

import io.portunus.signalling.janus.Handle;
import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginSession;
import io.portunus.signalling.media.MediaClient;

/// The EchoTest plugin (`janus.plugin.echotest`). Confined to the signalling loop.
public final class EchoTestPlugin implements Plugin {
    private final MediaClient media;

    public EchoTestPlugin(MediaClient media) {
        this.media = media;
    }

    @Override
    public String name() {
        return "janus.plugin.echotest";
    }

    @Override
    public Description description() {
        return new Description(
                "JANUS EchoTest plugin",
                "The Portunus authors",
                "Sends a caller's own audio and video back",
                7,
                "0.0.7");
    }

    @Override
    public PluginSession attach(Handle handle) {
        return new EchoTestSession(media, handle);
    }
}
