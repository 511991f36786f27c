// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.portunus.signalling.admin.Controls;
import org.slf4j.LoggerFactory;

/// How much the server logs, in the API's levels. Thread-safe.
final class LogLevels implements Controls.LogControl {
    private static final Level[] LEVELS = {
        Level.OFF,
        Level.ERROR,
        Level.ERROR,
        Level.WARN,
        Level.INFO,
        Level.DEBUG,
        Level.TRACE,
        Level.TRACE
    };

    private static final int USUAL = 4;

    @Override
    public int level() {
        var present = logger().getEffectiveLevel();
        for (var level = 0; level < LEVELS.length; level++) {
            if (LEVELS[level].equals(present)) {
                return level;
            }
        }
        return USUAL;
    }

    @Override
    public void level(int level) {
        logger().setLevel(LEVELS[level]);
    }

    private static ch.qos.logback.classic.Logger logger() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.portunus");
    }
}
