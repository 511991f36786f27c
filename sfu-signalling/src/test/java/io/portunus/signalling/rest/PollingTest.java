// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.portunus.signalling.auth.AuthSettings;
import io.portunus.signalling.janus.CoreApi;
import io.portunus.signalling.janus.GatewaySettings;
import io.portunus.signalling.janus.JsonStyle;
import io.portunus.signalling.rest.VirtualWeb.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a client hears that asks for its events by long polls, in virtual time.
class PollingTest {
    private final CoreApi api = new CoreApi(GatewaySettings.defaults(), AuthSettings.OPEN);
    private final VirtualWeb web = new VirtualWeb(api, RestSettings.DEFAULT);
    private final long session = web.newSession();
    private final long handle = web.newHandle(session, "test.echo");

    @Test
    void withoutMaxevAnEventComesAlone() {
        var poll = poll("");

        happen(1);

        assertThat(poll.json().isObject()).as("one object, not a list: %s", poll.body()).isTrue();
        assertThat(number(poll)).isEqualTo(1);
    }

    @Test
    void withMaxevAboveOneEvenOneEventComesInAList() {
        var poll = poll("?rid=1&maxev=5");

        happen(1);

        assertThat(poll.json().isArray()).as("a list, even of one: %s", poll.body()).isTrue();
        assertThat(poll.json()).hasSize(1);
    }

    @Test
    void whatHasHappenedIsAnsweredAtOnceAndInOrder() {
        for (var number = 1; number <= 6; number++) {
            happen(number);
        }
        var heard = new ArrayList<Long>();
        for (var event : poll("?maxev=4").json()) {
            heard.add(event.path("plugindata").path("data").path("number").asLong());
        }
        heard.add(number(poll("")));
        heard.add(number(poll("?maxev=1")));

        assertThat(heard).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(poll("").isAnswered()).as("nothing is left").isFalse();
    }

    @Test
    void theReplyNamesTheResultThatThePollBrings() {
        var poll = poll("");

        var reply = happen(3);

        assertThat(reply.json())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'ack','session_id':" + session + ",'transaction':'m3'}"));
        assertThat(poll.json())
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'event','session_id':"
                                        + session
                                        + ",'transaction':'m3','sender':"
                                        + handle
                                        + ",'plugindata':{'plugin':'test.echo','data':"
                                        + "{'request':'later','number':3}}}"));
    }

    @Test
    void aPollWithoutEventsIsAnsweredAfterThirtySeconds() {
        var one = poll("");
        var several = poll("?maxev=10");

        api.time.advance(Duration.ofMillis(29_999));
        assertThat(one.isAnswered()).as("after 29.999 s").isFalse();
        api.time.advance(Duration.ofMillis(1));

        assertThat(one.body()).isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(several.body()).isEqualTo("[{\"janus\":\"keepalive\"}]");
    }

    @Test
    void oneEventReleasesAllPollsAndTheFirstOneGetsIt() {
        var first = poll("");
        var second = poll("");
        var third = poll("?maxev=3");

        happen(1);

        assertThat(number(first)).isEqualTo(1);
        assertThat(second.body()).isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(third.body()).isEqualTo("[{\"janus\":\"keepalive\"}]");
    }

    @Test
    void theOldestOfTooManyPollsGivesWay() {
        var oldest = poll("");
        for (var i = 1; i < Mailbox.MAX_POLLS; i++) {
            poll("");
        }
        assertThat(oldest.isAnswered()).isFalse();

        poll("");

        assertThat(oldest.body()).isEqualTo("{\"janus\":\"keepalive\"}");
    }

    @Test
    void theArrivalOfAPollKeepsTheSessionItsEndDoesNot() {
        for (var i = 0; i < 8; i++) {
            assertThat(poll("").isAnswered()).isFalse();
            api.time.advance(Duration.ofSeconds(30));
        }
        // The last poll came 30 s ago; 60 s after it the session is over.
        api.time.advance(Duration.ofSeconds(29));
        assertThat(api.sessions()).isEqualTo(1);
        api.time.advance(Duration.ofSeconds(4));

        assertThat(api.sessions()).as("sessions 63 s after the last poll came").isZero();
        assertThat(poll("").status()).isEqualTo(404);
    }

    @Test
    void thatTheSessionIsOverComesFirst() {
        var patient =
                new VirtualWeb(
                        api, new RestSettings("/janus", 300, 12, "*", false, JsonStyle.COMPACT));
        var other = patient.newSession();
        patient.newHandle(other, "test.echo");
        var poll = patient.get("/janus/" + other);

        api.time.advance(Duration.ofSeconds(63));

        assertThat(poll.json())
                .isEqualTo(CoreApi.json("{'janus':'timeout','session_id':" + other + "}"));
        assertThat(patient.get("/janus/" + other).status()).isEqualTo(404);
    }

    @Test
    void aDestroyedSessionReleasesItsPollAndIsNotFoundAnyMore() {
        var poll = poll("");

        web.post("/janus/" + session, "{'janus':'destroy','transaction':'d'}");

        assertThat(poll.body()).isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(poll("").status()).isEqualTo(404);
    }

    @Test
    void aClaimTakesTheSessionAndWhatNobodyFetched() {
        var poll = poll("");
        var phone = api.connect();

        phone.say("{'janus':'claim','transaction':'x','session_id':" + session + "}");

        assertThat(poll.body()).isEqualTo("{\"janus\":\"keepalive\"}");
        assertThat(poll("").status()).as("a poll of a session that is elsewhere").isEqualTo(404);
        phone.heard();
        happen(9);
        assertThat(phone.heard()).isNotNull();
        assertThat(
                        web.answer(path(""), "{'janus':'claim','transaction':'y'}")
                                .path("janus")
                                .asText())
                .isEqualTo("success");
        happen(10);
        assertThat(phone.heard()).as("the events go to the poll again").isNull();
        happen(11);
        phone.say("{'janus':'claim','transaction':'x','session_id':" + session + "}");
        phone.heard();
        for (var number = 10; number <= 11; number++) {
            assertThat(
                            Objects.requireNonNull(phone.heard())
                                    .path("plugindata")
                                    .path("data")
                                    .path("number")
                                    .asInt())
                    .isEqualTo(number);
        }
    }

    @Test
    void aClaimOfItsOwnSessionChangesNothing() {
        happen(1);

        assertThat(web.answer(path(""), "{'janus':'claim','transaction':'y'}"))
                .isEqualTo(
                        CoreApi.json(
                                "{'janus':'success','session_id':"
                                        + session
                                        + ",'transaction':'y'}"));

        assertThat(number(poll(""))).isEqualTo(1);
    }

    @Test
    void anAnswerThatDidNotGetThroughIsGivenToTheNextPoll() {
        happen(1);
        happen(2);
        happen(3);
        var broken = poll("?maxev=2");
        assertThat(broken.json()).hasSize(2);

        broken.lose();
        api.time.advance(Duration.ZERO);

        assertThat(poll("?maxev=5").json())
                .extracting(event -> event.path("plugindata").path("data").path("number").asInt())
                .containsExactly(1, 2, 3);
    }

    @Test
    void aPollThatIsGoneTakesNoEvent() {
        var gone = poll("");
        var there = poll("");
        web.abort(gone);

        happen(1);

        assertThat(number(there)).isEqualTo(1);
    }

    @Test
    void whoeverFetchesNoEventsLosesTheSessionByNumber() {
        for (var i = 0; i < Mailbox.MAX_EVENTS; i++) {
            happen(i);
        }
        assertThat(api.ends).isEmpty();

        happen(0);

        assertThat(api.ends).extracting(Enum::name).containsExactly("TOO_MANY_EVENTS");
        assertThat(poll("").status()).isEqualTo(404);
        assertThat(happen(1).body()).contains("458");
    }

    @Test
    void whoeverFetchesNoEventsLosesTheSessionBySize() {
        var large = "x".repeat(100_000);
        var sent = 0;
        while (api.ends.isEmpty() && sent < 100) {
            web.post(
                    path("/" + handle),
                    "{'janus':'message','transaction':'l','body':{'request':'later','text':'"
                            + large
                            + "'}}");
            sent++;
        }

        assertThat(api.ends).extracting(Enum::name).containsExactly("TOO_MANY_EVENTS");
        assertThat(sent)
                .as("events of 100,000 characters until the session ended")
                .isEqualTo(Mailbox.MAX_CHARACTERS / large.length() + 1);
        assertThat(web.rest().counters().waitingCharacters()).isZero();
    }

    @Test
    void whoeverFetchesNoEventsLosesTheSessionHoweverMuchThereIsToDo() {
        for (var i = 0; i < Mailbox.MAX_EVENTS; i++) {
            happen(i);
        }
        // From when the last event's request is in its queue.
        api.time.schedule(Duration.ZERO, () -> api.time.full(true));
        happen(0);
        assertThat(api.ends).as("while the loop takes nothing").isEmpty();

        api.time.full(false);
        api.time.advance(Duration.ofMillis(50));

        assertThat(api.ends).extracting(Enum::name).containsExactly("TOO_MANY_EVENTS");
    }

    @Test
    void anAnswerThatDidNotGetThroughIsKeptHoweverMuchThereIsToDo() {
        happen(7);
        var broken = poll("");
        api.time.full(true);
        broken.lose();
        api.time.full(false);
        api.time.advance(Duration.ofMillis(50));

        assertThat(number(poll(""))).as("what the next poll brings").isEqualTo(7);
    }

    @Test
    void nothingIsCountedThatWaitsNoMore() {
        for (var i = 0; i < 20; i++) {
            happen(i);
        }
        assertThat(web.rest().counters().waitingCharacters()).isPositive();
        var taken = poll("?maxev=7");
        taken.lose();
        api.time.advance(Duration.ZERO);
        poll("?maxev=100");
        assertThat(web.rest().counters().waitingCharacters()).isZero();
        happen(1);

        web.post(path(""), "{'janus':'destroy','transaction':'d'}");

        assertThat(web.rest().counters().waitingCharacters()).isZero();
        assertThat(web.rest().counters().openPolls()).isZero();
    }

    @Test
    void jsonIsLaidOutAsTheOperatorWants() {
        var body = "{'janus':'ping','transaction':'t'}";
        var plain =
                new VirtualWeb(api, new RestSettings("/p", 30, 12, "*", false, JsonStyle.PLAIN));
        var indented =
                new VirtualWeb(api, new RestSettings("/i", 30, 12, "*", false, JsonStyle.INDENTED));

        assertThat(web.post("/janus", body).body())
                .isEqualTo("{\"janus\":\"pong\",\"transaction\":\"t\"}");
        assertThat(plain.post("/p", body).body())
                .isEqualTo("{\"janus\": \"pong\", \"transaction\": \"t\"}");
        assertThat(indented.post("/i", body).body())
                .isEqualTo("{\n   \"janus\": \"pong\",\n   \"transaction\": \"t\"\n}");
        assertThat(plain.post("/p/1", "{'janus':'x','transaction':'t'}").body())
                .isEqualTo(
                        "{\"janus\": \"error\", \"session_id\": 1, \"transaction\": \"t\", \"error\":"
                                + " {\"code\": 458, \"reason\": \"No such session 1\"}}");
    }

    private Asked poll(String query) {
        return web.get(path("") + query);
    }

    private String path(String below) {
        return "/janus/" + session + below;
    }

    private Asked happen(int number) {
        return web.post(
                path("/" + handle),
                "{'janus':'message','transaction':'m"
                        + number
                        + "','body':{'request':'later','number':"
                        + number
                        + "}}");
    }

    private static long number(Asked poll) {
        return poll.json().path("plugindata").path("data").path("number").asLong();
    }
}
