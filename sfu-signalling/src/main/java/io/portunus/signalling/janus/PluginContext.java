// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import io.portunus.signalling.events.Monitor;
import io.portunus.signalling.media.MediaClient;
import io.portunus.signalling.media.SignallingLoop;

/// What a plugin is given to work with.
///
/// @param media rooms and connections on the media loops; to be used on the signalling loop
/// @param loop the thread on which all of a plugin runs, and its clock
/// @param monitor is told what operators may want to know
public record PluginContext(MediaClient media, SignallingLoop loop, Monitor monitor) {}
