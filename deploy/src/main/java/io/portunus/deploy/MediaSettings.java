// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import io.portunus.core.peer.LinkThresholds;
import io.portunus.deploy.config.BadSettingException;
import io.portunus.deploy.config.ServerConfig;
import io.portunus.transport.loop.LocalAddress;
import io.portunus.transport.loop.LoopSettings;
import io.portunus.transport.udp.SocketKind;
import java.net.InetAddress;
import java.util.List;

/// The media part of the settings in the terms of the transport.
final class MediaSettings {
    private MediaSettings() {}

    static LoopSettings of(ServerConfig.Media media) {
        try {
            return new LoopSettings(
                    media.firstUdpPort(),
                    media.loops(),
                    addresses(media),
                    media.socketBufferBytes(),
                    media.socketBufferBytes(),
                    (long) media.packetMemoryMib() << 20,
                    SocketKind.best(),
                    media.segmentationOffload(),
                    media.spreadAbovePercent());
        } catch (IllegalArgumentException e) {
            throw new BadSettingException("media: " + e.getMessage());
        }
    }

    static LinkThresholds thresholds(ServerConfig.Media media) {
        var thresholds = new LinkThresholds();
        thresholds.noMediaSeconds(media.noMediaTimer());
        thresholds.slowLinkPackets(media.slowlinkThreshold());
        return thresholds;
    }

    /// Where media comes and goes.
    static List<LocalAddress> addresses(ServerConfig.Media media) {
        return media.addresses().isEmpty()
                ? LocalAddress.all()
                : media.addresses().stream().map(MediaSettings::address).toList();
    }

    private static LocalAddress address(ServerConfig.Address given) {
        try {
            return new LocalAddress(
                    InetAddress.ofLiteral(given.bind()), InetAddress.ofLiteral(given.advertise()));
        } catch (IllegalArgumentException e) {
            throw new BadSettingException("media.addresses: " + e.getMessage());
        }
    }
}
