// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.fate;

/// What became of a packet. Each fate has a counter, so that no loss is silent.
public enum Fate {
    // Where a packet stops before it is known to be ours.
    DATAGRAM_TOO_LARGE,
    UNKNOWN_PROTOCOL,
    UNKNOWN_ADDRESS,
    STUN_MALFORMED,
    STUN_NOT_FOR_US,
    STUN_NOT_AUTHENTIC,
    STUN_ANSWERED,
    DTLS_MALFORMED,
    DTLS_QUEUE_FULL,
    DTLS_RECEIVED,
    KERNEL_DROPPED,
    /// Where a fault of our own ended what was being done with it, and the peer with it.
    FAULT,

    // Where an SRTP or SRTCP packet stops before it is plaintext.
    NOT_CONNECTED,
    SRTP_MALFORMED,
    REPLAYED,
    NOT_AUTHENTIC,

    // Where plaintext stops on its way in.
    RTP_MALFORMED,
    RTCP_MALFORMED,
    RTCP_RECEIVED,
    UNKNOWN_STREAM,
    TOO_MANY_STREAMS,
    UNKNOWN_PAYLOAD_TYPE,
    DUPLICATE,
    TOO_LATE,
    PADDING_ONLY,
    RTX_UNUSABLE,
    /// One of several encodings of a track, and not the one we take.
    UNUSED_ENCODING,
    RECEIVED,

    // Where one subscriber's copy stops on its way out.
    NOT_READY,
    PAUSED,
    MUTED,
    /// The loop cannot keep up, and leaves this stream out.
    SHED,
    AWAITING_KEY_FRAME,
    OTHER_ENCODING,
    /// It precedes what this subscriber gets, or came too late for its place in it.
    OUT_OF_PLACE,
    TOO_LARGE,
    EGRESS_FULL,
    SENT,

    // One copy for all subscribers on another media loop.
    PIPED,
    /// That loop does not keep up.
    PIPE_FULL,
    /// Nobody there wanted it any more when it arrived.
    PIPE_UNWANTED,

    // What became of a repair that a subscriber asked for.
    RESENT,
    RESEND_TOO_OLD,
    RESEND_TOO_SOON,
    RESEND_WITHOUT_RTX,

    // Where a datagram stops at the socket.
    SOCKET_FULL,
    SOCKET_ERROR,
    DATAGRAM_SENT
}
