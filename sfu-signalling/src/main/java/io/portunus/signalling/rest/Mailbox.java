// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import io.portunus.signalling.janus.Client;
import io.portunus.signalling.janus.Gateway;
import io.portunus.signalling.janus.SessionEnd;
import io.portunus.signalling.media.SignallingLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    /// A connection that was found dead had been silent for so long already.
    static final Duration SILENT = Duration.ofSeconds(10);

    /// What comes so soon behind a poll that broke off may have been on its way before.
    static final Duration IN_FLIGHT = Duration.ofSeconds(1);

    private static final String TIMEOUT = "{\"janus\":\"timeout\"";
    static final String KEEPALIVE = "{\"janus\":\"keepalive\"}";

    /// Who polls without end comes back so soon after an answer.
    static final Duration PROMPT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final long NEVER = Long.MIN_VALUE;

    private final Gateway gateway;
    private final SignallingLoop loop;
    private final RestSettings settings;
    private final RestCounters counters;
    private final String remote;
    private final Deque<String> events = new ArrayDeque<>();
    private final Deque<Poll> polls = new ArrayDeque<>();
    private int characters;
    private boolean flushDue;
    private @Nullable Exchange answered;
    private long answeredAtNanos = NEVER;
    private boolean hasReturned;
    private boolean hasLingered;
    private boolean over;
    private long missedAtNanos = NEVER;
    private SignallingLoop.@Nullable Timer patience;

    Mailbox(
            Gateway gateway,
            SignallingLoop loop,
            RestSettings settings,
            RestCounters counters,
            String remote) {
        this.gateway = gateway;
        this.loop = loop;
        this.settings = settings;
        this.counters = counters;
        this.remote = remote;
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
        heardOf();
        noteHabit();
        if (polls.size() == MAX_POLLS) {
            polls.remove().keepAlive();
        }
        var poll = new Poll(exchange, most, done);
        polls.add(poll);
        if (events.isEmpty()) {
            poll.expiry =
                    loop.schedule(Duration.ofSeconds(settings.pollSeconds()), () -> expire(poll));
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
        } else if (exchange.equals(answered) && hasReturned && !hasLingered) {
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
        if (missedAtNanos != NEVER && loop.nowNanos() - missedAtNanos >= IN_FLIGHT.toNanos()) {
            heardOf();
        }
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
        heardOf();
        dismiss();
    }

    @Override
    public void onSessionEnded(long session) {
        over = true;
        heardOf();
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
        if (over || missedAtNanos == NEVER) {
            answer.accept(!over);
        } else {
            loop.schedule(
                    Duration.ofMillis(waitMillis),
                    () -> answer.accept(!over && missedAtNanos == NEVER));
        }
    }

    @Override
    public String transport() {
        return RestApi.TRANSPORT;
    }

    @Override
    public String remote() {
        return remote;
    }

    /// The first poll whose client is there gets what has happened, the others a sign of life.
    private void flush() {
        flushDue = false;
        var open = polls.stream().filter(Poll::isOpen).findFirst();
        if (events.isEmpty() || open.isEmpty()) {
            return;
        }
        var first = open.get();
        polls.remove(first);
        first.answer(take(first.most));
        polls.removeIf(poll -> {
            if (poll.isOpen()) {
                poll.keepAlive();
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

    private void noteHabit() {
        if (answeredAtNanos == NEVER) {
            return;
        }
        if (loop.nowNanos() - answeredAtNanos <= PROMPT.toNanos()) {
            hasReturned = true;
        } else {
            hasLingered = true;
        }
        answeredAtNanos = NEVER;
    }

    private void count(int more) {
        characters += more;
        counters.waiting(more);
    }

    /// Whoever waits is told that nothing has happened.
    private void dismiss() {
        polls.forEach(Poll::keepAlive);
        polls.clear();
    }

    private void expire(Poll poll) {
        if (polls.remove(poll)) {
            poll.keepAlive();
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
        if (over || !polls.isEmpty()) {
            return;
        }
        heardOf();
        missedAtNanos = loop.nowNanos();
        var wait = Duration.ofSeconds(settings.vanishedSeconds());
        if (silent) {
            var left = wait.minus(SILENT);
            wait = left.compareTo(IN_FLIGHT) < 0 ? IN_FLIGHT : left;
        }
        patience = loop.schedule(wait, this::vanish);
    }

    private void heardOf() {
        missedAtNanos = NEVER;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    private void vanish() {
        if (over || missedAtNanos == NEVER) {
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
        LOG.warn("{} fetches no events: more than {} wait", remote, events.size());
        loop.execute(() -> gateway.end(this, SessionEnd.TOO_MANY_EVENTS));
    }

    /// A request that waits for events.
    private final class Poll {
        private final Exchange exchange;
        private final int most;
        private final Runnable done;
        private SignallingLoop.@Nullable Timer expiry;

        Poll(Exchange exchange, int most, Runnable done) {
            this.exchange = exchange;
            this.most = most;
            this.done = done;
        }

        boolean isCarriedBy(Exchange other) {
            return exchange.equals(other);
        }

        boolean isOpen() {
            return exchange.isOpen();
        }

        void keepAlive() {
            settle();
            noteAnswer();
            exchange.answer(answerOf(List.of(KEEPALIVE)));
        }

        void answer(List<String> taken) {
            settle();
            noteAnswer();
            exchange.answer(
                    answerOf(taken),
                    () -> {
                        var _ = loop.execute(() -> onLost(taken));
                    });
        }

        private void noteAnswer() {
            answered = exchange;
            answeredAtNanos = loop.nowNanos();
        }

        private void settle() {
            done.run();
            if (expiry != null) {
                expiry.cancel();
            }
        }

        /// Several are asked for: a list, even of one.
        private RestAnswer answerOf(List<String> taken) {
            var json = most == 1 ? taken.getFirst() : "[" + String.join(",", taken) + "]";
            return RestAnswer.json(settings.json().of(json));
        }
    }
}
