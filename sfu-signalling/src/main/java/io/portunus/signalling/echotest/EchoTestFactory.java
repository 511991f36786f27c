// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.echotest;

import io.portunus.signalling.janus.Plugin;
import io.portunus.signalling.janus.PluginContext;
import io.portunus.signalling.janus.PluginFactory;

/// Brings the EchoTest plugin along.
public final class EchoTestFactory implements PluginFactory {
    @Override
    public Plugin make(PluginContext context) {
        return new EchoTestPlugin(context.media());
    }
}
