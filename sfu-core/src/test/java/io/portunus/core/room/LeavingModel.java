// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.room;

import io.portunus.core.room.LeavingTest.End;
import io.portunus.core.room.RoomGauges.Gauge;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The leaving table as somebody would write it who had only this one room in mind: peer 1
/// publishes for `anna`, peer 2 is fed from it.
final class LeavingModel {
    private final List<String> told = new ArrayList<>();
    private final boolean late;
    private boolean roomThere = true;
    private boolean annaThere = true;
    private boolean annaPublishes = true;
    private boolean feeding = true;
    private @Nullable String publisherEnd;
    private @Nullable String subscriberEnd;
    private boolean publisherClosed;
    private boolean subscriberClosed;

    LeavingModel(boolean late) {
        this.late = late;
    }

    List<String> told() {
        reportEnds();
        return told;
    }

    void happen(End end) {
        switch (end) {
            case PUBLISHER_CLOSES_DTLS -> endPublisher("DTLS_CLOSED");
            case PUBLISHER_FALLS_SILENT -> endPublisher("ICE_FAILED");
            case SUBSCRIBER_CLOSES_DTLS -> endSubscriber("DTLS_CLOSED");
            case UNPUBLISH -> unpublish();
            case LEAVE -> leave("LEFT");
            case TAB_KILLED -> leave("GONE");
            case KICK -> leave("KICKED");
            case EVICTION -> leave("EVICTED");
            case DESTROY -> {
                if (!roomThere) {
                    told.add("refused NO_SUCH_ROOM");
                }
                endRoom("DESTROYED", "CLOSED_BY_PLUGIN");
            }
            case SERVER_STOPS -> endRoom("SERVER_STOPPING", "SERVER_STOPPING");
        }
        if (!late) {
            reportEnds();
        }
    }

    private void endPublisher(String reason) {
        publisherEnd = publisherEnd == null ? reason : publisherEnd;
    }

    private void endSubscriber(String reason) {
        subscriberEnd = subscriberEnd == null ? reason : subscriberEnd;
    }

    private void unpublish() {
        if (!roomThere) {
            told.add("refused NO_SUCH_ROOM");
        } else if (!annaPublishes) {
            told.add("refused NOT_PUBLISHING");
        } else {
            endPublication();
            told.add("unpublished anna CLOSED_BY_PLUGIN");
            told.add("done");
            endPublisher("CLOSED_BY_PLUGIN");
        }
    }

    private void leave(String reason) {
        if (!roomThere) {
            told.add("refused NO_SUCH_ROOM");
        } else if (!annaThere) {
            told.add("refused NO_SUCH_PARTICIPANT");
        } else {
            annaThere = false;
            var wasPublishing = annaPublishes;
            endPublication();
            told.add("left anna " + reason + (wasPublishing ? " publishing" : ""));
            if (wasPublishing) {
                endPublisher("CLOSED_BY_PLUGIN");
            }
        }
    }

    private void endRoom(String reason, String peerEnd) {
        if (roomThere) {
            roomThere = false;
            annaThere = false;
            annaPublishes = false;
            feeding = false;
            told.add("ended " + reason);
            endPublisher(peerEnd);
            endSubscriber(peerEnd);
        }
    }

    private void endPublication() {
        annaPublishes = false;
        if (feeding) {
            told.add("feed gone 2 [0, 1]");
        }
        feeding = false;
    }

    /// In the order in which the peers were opened.
    private void reportEnds() {
        if (publisherEnd != null && !publisherClosed) {
            publisherClosed = true;
            if (annaPublishes) {
                endPublication();
                told.add("unpublished anna " + publisherEnd);
            }
            told.add("closed 1 " + publisherEnd);
        }
        if (subscriberEnd != null && !subscriberClosed) {
            subscriberClosed = true;
            feeding = false;
            told.add("closed 2 " + subscriberEnd);
        }
    }

    long gauge(Gauge gauge) {
        return switch (gauge) {
            case ROOMS -> roomThere ? 1 : 0;
            case PARTICIPANTS -> annaThere ? 1 : 0;
            case PUBLISHING -> annaPublishes ? 1 : 0;
            case SUBSCRIPTIONS -> feeding ? 2 : 0;
            case PEERS -> (publisherClosed ? 0 : 1) + (subscriberClosed ? 0 : 1);
            case FAULTS -> 0;
        };
    }
}
