// SPDX-License-Identifier: Apache-2.0
package io.portunus.transport.dtls;

/// Who speaks first (RFC 4145 §4, RFC 8842 §5.3). The server chooses the SRTP profile.
public enum DtlsRole {
    CLIENT,
    SERVER
}
