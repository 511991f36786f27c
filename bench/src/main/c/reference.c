// SPDX-License-Identifier: Apache-2.0
//
// The packet path of a media server as plain C has it, to measure the one in Java against: AES-GCM
// (RFC 7714) by ipsec-mb or libcrypto, and one publisher's packets to many subscribers. Built by
// whatever `cc` there is when somebody asks for the comparison. It needs no headers of the
// libraries: what it calls of them is declared here and looked up by name.
//
// Confined to one thread.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
    IPSEC_MB = 0,
    LIBCRYPTO = 1,

    KEY_BYTES = 16,
    SALT_BYTES = 12,
    TAG_BYTES = 16,

    // More than `struct gcm_key_data` and `struct gcm_context_data` have.
    EXPANDED_BYTES = 2048,
    CONTEXT_BYTES = 256,

    FIXED_HEADER_BYTES = 12,
    // mid of one character and transport-wide sequence, padded (RFC 8285).
    HEADER_BYTES = 24,
    MID_ID = 4,
    TRANSPORT_SEQUENCE_ID = 3,

    MAX_PACKETS = 64,
    MAX_PACKET_BYTES = 2048,
    // How many messages one call takes.
    MAX_MESSAGES = 256,
    EVP_CTRL_AEAD_GET_TAG = 0x10,
};

typedef void expand_call(const void *key, void *expanded);
typedef void seal_call(const void *expanded, void *context, uint8_t *output, const uint8_t *input,
                       uint64_t bytes, const uint8_t *nonce, const uint8_t *readable,
                       uint64_t readable_bytes, uint8_t *tag, uint64_t tag_bytes);

static expand_call *mb_expand;
static seal_call *mb_seal;
static _Alignas(64) uint8_t mb_context[CONTEXT_BYTES];

static void *(*evp_new)(void);
static void (*evp_free)(void *);
static const void *(*evp_aes_128_gcm)(void);
static int (*evp_init)(void *, const void *, void *, const uint8_t *, const uint8_t *);
static int (*evp_update)(void *, uint8_t *, int *, const uint8_t *, int);
static int (*evp_final)(void *, uint8_t *, int *);
static int (*evp_ctrl)(void *, int, int, void *);

// One key of one subscriber.
struct key {
    _Alignas(64) uint8_t expanded[EXPANDED_BYTES];
    uint8_t salt[SALT_BYTES];
    void *evp;
    int library;
};

static void *found(void *library, const char *name) {
    return library == NULL ? NULL : dlsym(library, name);
}

static int load_ipsec_mb(void) {
    void *library = dlopen("libIPSec_MB.so.2", RTLD_NOW);
    if (library == NULL) {
        library = dlopen("libIPSec_MB.so.1", RTLD_NOW);
    }
#if defined(__x86_64__)
    if (__builtin_cpu_supports("vaes") && __builtin_cpu_supports("vpclmulqdq")
        && __builtin_cpu_supports("avx512vl")) {
        mb_expand = (expand_call *)found(library, "aes_gcm_pre_128_vaes_avx512");
        mb_seal = (seal_call *)found(library, "aes_gcm_enc_128_vaes_avx512");
    } else if (__builtin_cpu_supports("avx512vl")) {
        mb_expand = (expand_call *)found(library, "aes_gcm_pre_128_avx512");
        mb_seal = (seal_call *)found(library, "aes_gcm_enc_128_avx512");
    } else if (__builtin_cpu_supports("avx2")) {
        mb_expand = (expand_call *)found(library, "aes_gcm_pre_128_avx_gen4");
        mb_seal = (seal_call *)found(library, "aes_gcm_enc_128_avx_gen4");
    }
#endif
    return mb_expand != NULL && mb_seal != NULL;
}

static int load_libcrypto(void) {
    void *library = dlopen("libcrypto.so.3", RTLD_NOW);
    *(void **)&evp_new = found(library, "EVP_CIPHER_CTX_new");
    *(void **)&evp_free = found(library, "EVP_CIPHER_CTX_free");
    *(void **)&evp_aes_128_gcm = found(library, "EVP_aes_128_gcm");
    *(void **)&evp_init = found(library, "EVP_EncryptInit_ex");
    *(void **)&evp_update = found(library, "EVP_EncryptUpdate");
    *(void **)&evp_final = found(library, "EVP_EncryptFinal_ex");
    *(void **)&evp_ctrl = found(library, "EVP_CIPHER_CTX_ctrl");
    return evp_new && evp_free && evp_aes_128_gcm && evp_init && evp_update && evp_final && evp_ctrl;
}

// Whether `library` can be used.
int reference_load(int library) {
    return library == IPSEC_MB ? load_ipsec_mb() : load_libcrypto();
}

static int prepare(struct key *key, int library, const uint8_t *session) {
    key->library = library;
    memcpy(key->salt, session + KEY_BYTES, SALT_BYTES);
    if (library == IPSEC_MB) {
        mb_expand(session, key->expanded);
        return 1;
    }
    key->evp = evp_new();
    return key->evp != NULL && evp_init(key->evp, evp_aes_128_gcm(), NULL, session, NULL) == 1;
}

// A key out of a session key and its salt, one behind the other; NULL where that fails.
struct key *reference_key(int library, const uint8_t *session) {
    struct key *key = aligned_alloc(64, sizeof *key);
    if (key == NULL) {
        return NULL;
    }
    memset(key, 0, sizeof *key);
    if (!prepare(key, library, session)) {
        free(key);
        return NULL;
    }
    return key;
}

static void put16(uint8_t *at, uint16_t value) {
    at[0] = value >> 8;
    at[1] = value;
}

static void put32(uint8_t *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
}

static uint32_t get16(const uint8_t *at) {
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at) {
    return get16(at) << 16 | get16(at + 2);
}

// Encrypts `payload` to right behind the header at `packet`, and the tag behind that.
static int seal(struct key *key, uint8_t *packet, int header, const uint8_t *payload, int bytes,
                uint32_t ssrc, uint64_t index) {
    // RFC 7714 §8.1.
    uint8_t nonce[SALT_BYTES] = {0};
    put32(nonce + 2, ssrc);
    put16(nonce + 6, index >> 32);
    put32(nonce + 8, index);
    for (int i = 0; i < SALT_BYTES; i++) {
        nonce[i] ^= key->salt[i];
    }
    uint8_t *output = packet + header;
    if (key->library == IPSEC_MB) {
        mb_seal(key->expanded, mb_context, output, payload, bytes, nonce, packet, header,
                output + bytes, TAG_BYTES);
    } else {
        int count;
        if (evp_init(key->evp, NULL, NULL, NULL, nonce) != 1
            || evp_update(key->evp, NULL, &count, packet, header) != 1
            || evp_update(key->evp, output, &count, payload, bytes) != 1
            || evp_final(key->evp, output, &count) != 1
            || evp_ctrl(key->evp, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, output + bytes) != 1) {
            return -1;
        }
    }
    return header + bytes + TAG_BYTES;
}

// Protects `count` packets of 12 bytes of header and `bytes` of payload, one after the other at the
// same place, under the numbers from `first`; the length of each.
int reference_protect(struct key *key, uint8_t *packet, const uint8_t *payload, int bytes,
                      uint32_t ssrc, uint64_t first, int count) {
    int length = 0;
    for (int i = 0; i < count; i++) {
        uint64_t index = first + i;
        put32(packet, 0x80600000 | (index & 0xFFFF));
        put32(packet + 4, index);
        put32(packet + 8, ssrc);
        length = seal(key, packet, FIXED_HEADER_BYTES, payload, bytes, ssrc, index);
    }
    return length;
}

// What one subscriber is to see.
struct subscriber {
    struct key key;
    struct sockaddr_in address;
    uint32_t ssrc;
    uint64_t first_index;
    uint32_t first_timestamp;
    uint16_t transport_sequence;
};

struct control {
    _Alignas(8) uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

struct forwarder {
    int socket;
    int runs;
    int subscribers;
    // The number of the newest packet, unwrapped.
    uint64_t newest;
    struct subscriber *to;
    uint8_t *egress;
    struct mmsghdr *messages;
    struct iovec *datagrams;
    struct control *controls;
};

// Sends from `socket` to the loopback ports of `subscribers`, whose session keys and salts lie one
// behind the other.
//
// runs: whether a subscriber's equal-sized packets go as one message, which the system cuts apart
struct forwarder *reference_forwarder(int library, int socket, int runs, int subscribers,
                                      const uint8_t *sessions, const uint16_t *ports) {
    struct forwarder *forwarder = calloc(1, sizeof *forwarder);
    int most = subscribers * MAX_PACKETS;
    forwarder->socket = socket;
    forwarder->runs = runs;
    forwarder->subscribers = subscribers;
    forwarder->to = aligned_alloc(64, subscribers * sizeof *forwarder->to);
    forwarder->egress = aligned_alloc(64, (size_t)most * MAX_PACKET_BYTES);
    forwarder->messages = calloc(most, sizeof *forwarder->messages);
    forwarder->datagrams = calloc(most, sizeof *forwarder->datagrams);
    forwarder->controls = calloc(most, sizeof *forwarder->controls);
    if (!forwarder->to || !forwarder->egress || !forwarder->messages || !forwarder->datagrams
        || !forwarder->controls) {
        return NULL;
    }
    memset(forwarder->to, 0, subscribers * sizeof *forwarder->to);
    for (int i = 0; i < subscribers; i++) {
        struct subscriber *to = &forwarder->to[i];
        if (!prepare(&to->key, library, sessions + i * (KEY_BYTES + SALT_BYTES))) {
            return NULL;
        }
        to->address.sin_family = AF_INET;
        to->address.sin_port = htons(ports[i]);
        to->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to->ssrc = 0x10000000 + i;
        to->first_index = 1000 + i;
        to->first_timestamp = 90000 + i;
    }
    return forwarder;
}

// Writes one packet as `to` is to see it; its length.
//
// number: its source's, unwrapped
static int forward(struct subscriber *to, uint8_t *packet, const uint8_t *source, int bytes,
                   uint64_t number) {
    uint64_t index = to->first_index + number;
    packet[0] = 0x90;
    packet[1] = source[1];
    put16(packet + 2, index);
    put32(packet + 4, to->first_timestamp + get32(source + 4));
    put32(packet + 8, to->ssrc);
    put16(packet + 12, 0xBEDE);
    put16(packet + 14, 2);
    packet[16] = MID_ID << 4;
    packet[17] = '0';
    packet[18] = TRANSPORT_SEQUENCE_ID << 4 | 1;
    put16(packet + 19, to->transport_sequence++);
    packet[21] = packet[22] = packet[23] = 0;
    return seal(&to->key, packet, HEADER_BYTES, source + FIXED_HEADER_BYTES,
                bytes - FIXED_HEADER_BYTES, to->ssrc, index);
}

static struct msghdr *message(struct forwarder *forwarder, int at, struct subscriber *to,
                              uint8_t *bytes, size_t length) {
    struct msghdr *message = &forwarder->messages[at].msg_hdr;
    struct iovec *datagram = &forwarder->datagrams[at];
    datagram->iov_base = bytes;
    datagram->iov_len = length;
    message->msg_name = &to->address;
    message->msg_namelen = sizeof to->address;
    message->msg_iov = datagram;
    message->msg_iovlen = 1;
    return message;
}

static void segments(struct msghdr *message, struct control *control, uint16_t size) {
    message->msg_control = control->bytes;
    message->msg_controllen = sizeof control->bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(header), &size, sizeof size);
}

static int send_all(struct forwarder *forwarder, int messages) {
    int sent = 0;
    while (sent < messages) {
        int most = messages - sent < MAX_MESSAGES ? messages - sent : MAX_MESSAGES;
        int count = sendmmsg(forwarder->socket, forwarder->messages + sent, most, MSG_DONTWAIT);
        if (count < 0 && errno != EINTR) {
            break;
        }
        sent += count < 0 ? 0 : count;
    }
    return sent;
}

// Sends `count` packets of `bytes` bytes, which lie one behind the other, to every subscriber; how
// many messages that took, or -1 where some were not sent.
int reference_forward(struct forwarder *forwarder, const uint8_t *sources, int bytes, int count) {
    int subscribers = forwarder->subscribers;
    int length = 0;
    int messages = 0;
    int size = HEADER_BYTES + bytes - FIXED_HEADER_BYTES + TAG_BYTES;
    // Packets of a run lie one behind the other, others on cache lines.
    int stride = forwarder->runs ? size : (size + 63) & -64;
    for (int i = 0; i < count; i++) {
        const uint8_t *source = sources + (size_t)i * bytes;
        uint64_t number = forwarder->newest;
        number += (int16_t)(get16(source + 2) - (uint16_t)number);
        forwarder->newest = number > forwarder->newest ? number : forwarder->newest;
        for (int s = 0; s < subscribers; s++) {
            struct subscriber *to = &forwarder->to[s];
            uint8_t *packet = forwarder->egress
                              + (size_t)(forwarder->runs ? s * count + i : i * subscribers + s) * stride;
            length = forward(to, packet, source, bytes, number);
            if (!forwarder->runs) {
                message(forwarder, messages++, to, packet, length);
            }
        }
    }
    for (int s = 0; forwarder->runs && s < subscribers; s++) {
        uint8_t *run = forwarder->egress + (size_t)s * count * stride;
        struct msghdr *one =
            message(forwarder, messages, &forwarder->to[s], run, (size_t)count * length);
        segments(one, &forwarder->controls[messages++], length);
    }
    return send_all(forwarder, messages) == messages ? messages : -1;
}

// Keeps the calling thread on the core where it is.
int reference_stay(void) {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    return sched_setaffinity(0, sizeof here, &here);
}

// A UDP socket on some loopback port, or -1.
int reference_socket(void) {
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int buffer = 1 << 20;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

void reference_close(int socket) {
    close(socket);
}
