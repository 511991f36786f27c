// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtcp;

/// What one packet of a compound is.
public enum RtcpKind {
    /// RFC 3550 §6.4.1.
    SENDER_REPORT,
    /// RFC 3550 §6.4.2.
    RECEIVER_REPORT,
    /// RFC 3550 §6.5.
    SOURCE_DESCRIPTION,
    /// RFC 3550 §6.6.
    BYE,
    /// RFC 4585 §6.2.1.
    NACK,
    /// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
    TRANSPORT_FEEDBACK,
    /// RFC 4585 §6.3.1.
    PICTURE_LOSS,
    /// RFC 5104 §4.3.1.
    FULL_INTRA,
    /// draft-alvestrand-rmcat-remb-03 §2.2.
    REMB,
    /// What we do not understand; it is passed over.
    OTHER
}
