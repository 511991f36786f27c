// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.Origin;
import io.portunus.signalling.janus.SessionEnd;
import io.portunus.signalling.media.SignallingLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has happened in a session that is owned over HTTP, until a long poll asks for it; and the
/// watch whether anybody still asks. Confined to the signalling loop.
final class Mailbox implements Client {
    /// The most events that wait for a poll.
    static final int MAX_EVENTS = 1_000;

    /// The most characters that they may have together.
    static final int MAX_CHARACTERS = 512 << 10;

    /// The most characters that the events of all sessions may have together.
    static final int MAX_CHARACTERS_OF_ALL = 64 << 20;

    /// The most polls of one session at once; the oldest gives way.
    static final int MAX_POLLS = 8;

    private static final String TIMEOUT = "{\"janus\":\"timeout\"";

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    /// What the signalling loop could not take is offered to it again.
    private static final Duration AGAIN = Duration.ofMillis(10);

    private final Gateway gateway;
    private final SignallingLoop loop;
    private final RestSettings settings;
    private final RestCounters counters;
    private final String remote;
    private final Origin origin;
    private final Deque<String> events = new ArrayDeque<>();
    private final Deque<LongPoll> polls = new ArrayDeque<>();
    private int characters;
    private boolean flushDue;
    private boolean over;
    private final Attendance attendance;

    Mailbox(
            Gateway gateway,
            SignallingLoop loop,
            RestSettings settings,
            RestCounters counters,
            InetSocketAddress from) {
        this.gateway = gateway;
        this.loop = loop;
        this.settings = settings;
        this.counters = counters;
        remote = String.valueOf(from);
        origin = Origin.of(from.getAddress());
        attendance =
                new Attendance(loop, Duration.ofSeconds(settings.vanishedSeconds()), this::vanish);
    }

    /// A client asks for at most `most` events.
    ///
    /// @param done runs when it has its answer
    void poll(Exchange exchange, int most, Runnable done) {
        if (over) {
            done.run();
            exchange.answer(RestAnswer.NOT_FOUND);
            return;
        }
        attendance.polled();
        if (polls.size() == MAX_POLLS) {
            dismiss(polls.remove());
        }
        var poll = new LongPoll(exchange, most, done, settings.json());
        polls.add(poll);
        if (events.isEmpty()) {
            poll.endsWith(
                    loop.schedule(Duration.ofSeconds(settings.pollSeconds()), () -> expire(poll)));
        } else {
            flush();
        }
    }

    /// The connection of a poll is gone. One that was answered before matters only of a client that
    /// has always asked again at once: it was about to.
    ///
    /// @param silent whether it had been silent for long before that was noticed
    void onAborted(Exchange exchange, boolean silent) {
        var aborted = polls.stream().filter(poll -> poll.isCarriedBy(exchange)).findFirst();
        if (aborted.isPresent()) {
            polls.remove(aborted.get());
            aborted.get().settle();
            missed(silent);
        } else if (attendance.wasAboutToReturn(exchange)) {
            missed(silent);
        }
    }

    @Override
    public void send(String json) {
        if (over) {
            return;
        }
        if (events.size() == MAX_EVENTS
                || characters + json.length() > MAX_CHARACTERS
                || counters.waitingCharacters() + json.length() > MAX_CHARACTERS_OF_ALL) {
            overflow();
            return;
        }
        events.add(json);
        count(json.length());
        if (!polls.isEmpty() && !flushDue) {
            // What happens at once is answered at once, as far as the poll takes several events.
            flushDue = true;
            if (!loop.execute(this::flush)) {
                flush();
            }
        }
    }

    @Override
    public void onActivity(long session) {
        attendance.active();
    }

    @Override
    public boolean isOpen() {
        return !over;
    }

    @Override
    public List<String> undelivered() {
        return take(Integer.MAX_VALUE);
    }

    @Override
    public void onSessionClaimed(long session) {
        over = true;
        attendance.heardOf();
        dismiss();
    }

    @Override
    public void onSessionEnded(long session) {
        over = true;
        attendance.heardOf();
        if (!events.isEmpty() && events.getLast().startsWith(TIMEOUT)) {
            // That the session is over comes first: there is no other poll for what is left.
            events.addFirst(events.removeLast());
        }
        flush();
        dismiss();
        events.clear();
        count(-characters);
    }

    @Override
    public void probe(int waitMillis, Consumer<Boolean> answer) {
        if (over || !attendance.isMissed()) {
            answer.accept(!over);
        } else {
            loop.schedule(
                    Duration.ofMillis(waitMillis),
                    () -> answer.accept(!over && !attendance.isMissed()));
        }
    }

    @Override
    public String transport() {
        return RestApi.TRANSPORT;
    }

    @Override
    public Object guest() {
        return origin;
    }

    @Override
    public String remote() {
        return remote;
    }

    /// The first poll whose client is there gets what has happened, the others a sign of life.
    private void flush() {
        flushDue = false;
        var open = polls.stream().filter(LongPoll::isOpen).findFirst();
        if (events.isEmpty() || open.isEmpty()) {
            return;
        }
        var first = open.get();
        polls.remove(first);
        answer(first, take(first.most()));
        polls.removeIf(poll -> {
            if (poll.isOpen()) {
                dismiss(poll);
                return true;
            }
            return false;
        });
    }

    private List<String> take(int most) {
        var taken = new ArrayList<String>(Math.min(most, events.size()));
        while (taken.size() < most && !events.isEmpty()) {
            var event = events.remove();
            count(-event.length());
            taken.add(event);
        }
        return taken;
    }

    private void count(int more) {
        characters += more;
        counters.waiting(more);
    }

    /// Whoever waits is told that nothing has happened.
    private void dismiss() {
        polls.forEach(this::dismiss);
        polls.clear();
    }

    private void dismiss(LongPoll poll) {
        attendance.answered(poll.exchange());
        poll.keepAlive();
    }

    private void answer(LongPoll poll, List<String> taken) {
        attendance.answered(poll.exchange());
        poll.answer(taken, () -> surely(() -> onLost(taken)));
    }

    private void expire(LongPoll poll) {
        if (polls.remove(poll)) {
            dismiss(poll);
        }
    }

    /// The connection broke before an answer was out: its events wait for the next poll.
    private void onLost(List<String> undelivered) {
        if (over) {
            return;
        }
        for (var event : undelivered.reversed()) {
            events.addFirst(event);
            count(event.length());
        }
        missed(false);
        if (!polls.isEmpty()) {
            flush();
        }
    }

    /// Nobody asks for events any more, who did.
    private void missed(boolean silent) {
        if (!over && polls.isEmpty()) {
            attendance.missed(silent);
        }
    }

    private void vanish() {
        if (over) {
            return;
        }
        LOG.info("the long poll of {} broke off and nothing came after it", remote);
        counters.vanished();
        over = true;
        gateway.onClosed(this);
    }

    /// The session ends, but not in the middle of what is being said in it.
    private void overflow() {
        over = true;
        LOG.warn(
                "{} fetches no events: {} wait with {} characters, and no more are kept",
                remote,
                events.size(),
                characters);
        surely(() -> gateway.end(this, SessionEnd.TOO_MANY_EVENTS));
    }

    /// Runs a task on the signalling loop although that may be able to take no more now. Called on
    /// any thread.
    private void surely(Runnable task) {
        if (!loop.execute(task) && !loop.isClosed()) {
            var _ = loop.schedule(AGAIN, task);
        }
    }
}
