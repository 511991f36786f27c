// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.events;

import java.time.Duration;

/// How the statistics of media are told.
///
/// @param period how often; zero for never
/// @param combined whether all media of a connection are told in one event
public record StatisticsSettings(Duration period, boolean combined) {
    /// None.
    public static final StatisticsSettings OFF = new StatisticsSettings(Duration.ZERO, false);
}
