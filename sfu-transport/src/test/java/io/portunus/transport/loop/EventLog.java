// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.core.door.MediaEvent;
import io.portunus.core.door.MediaEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Takes events over from the media loops, for the test to wait for.
final class EventLog implements MediaEvents {
    private static final int PATIENCE_SECONDS = 10;

    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(MediaEvent event) {
        events.add(event);
    }

    /// The next event, which must be of this kind.
    <E extends MediaEvent> E next(Class<E> kind) throws InterruptedException {
        var event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("the next event within %d s", PATIENCE_SECONDS).isInstanceOf(kind);
        return kind.cast(Objects.requireNonNull(event));
    }

    /// The events up to and with the first that `isLast`.
    List<MediaEvent> until(Predicate<MediaEvent> isLast) throws InterruptedException {
        var all = new ArrayList<MediaEvent>();
        do {
            all.add(next(MediaEvent.class));
        } while (!isLast.test(all.getLast()));
        return all;
    }
}
