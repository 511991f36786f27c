// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Payloads by hand from the RFCs: the bytes, and what they must be taken for.
class PayloadReaderTest {
    @ParameterizedTest
    @CsvSource({
        "10 00,                    start key, S=1 PID=0 and a key frame",
        "10 01,                    start, S=1 PID=0 and an inter frame",
        "00 00,                    nothing, in the middle of a partition",
        "11 00,                    nothing, another partition starts",
        "90 80 05 00,              start key, 7-bit picture id",
        "90 80 FFFF 01,            start, 15-bit picture id",
        "90 E0 8001 07 A0 00,      start key T2, picture id TL0PICIDX TID",
        "90 20 C0 01,              start T3, TID alone",
        "90 10 C5 01,              start, KEYIDX alone: its upper bits are no TID",
        "90 60 07 40 01,           start T1, TL0PICIDX and TID",
        "90 00 00,                 start key, extended by nothing",
        "'',                       malformed, empty",
        "90,                       malformed, the extension byte is missing",
        "90 80,                    malformed, the picture id is missing",
        "90 80 80,                 malformed, half of the picture id is missing",
        "90 E0 8001 07,            malformed, TID is missing",
        "90 40,                    malformed, TL0PICIDX is missing"
    })
    void vp8(String hex, String expected, String why) {
        assertThat(Payloads.read(Codec.VP8, hex)).as(why).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "08 00,                    start key, B=1 P=0",
        "48 00,                    start, P=1",
        "00 00,                    nothing, in the middle of a key frame",
        "8C 05 00,                 start key, 7-bit picture id",
        "8C 8005 00,               start key, 15-bit picture id",
        "AC 8005 00 07 00,         start key, lowest layers",
        "AC 8005 03 07 00,         start S1, a higher spatial layer of a key picture",
        "EC 8005 52 07 00,         start T2 S1, layers",
        "BC 05 00 00,              start key, flexible mode",
        "28 E0 07 00,              start key T7, layers without picture id",
        "'',                       malformed, empty",
        "88,                       malformed, the picture id is missing",
        "88 80,                    malformed, half of the picture id is missing",
        "A8 05,                    malformed, the layers are missing",
        "A8 8005,                  malformed, the layers are missing"
    })
    void vp9(String hex, String expected, String why) {
        assertThat(Payloads.read(Codec.VP9, hex)).as(why).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "65 88,                          start key, IDR with first_mb_in_slice 0",
        "65 44,                          start, a later slice of an IDR",
        "65,                             start, an IDR with nothing in it",
        "61 E0,                          start, not IDR",
        "67 42,                          start key parameters, SPS",
        "68 CE,                          start, PPS",
        "7C 85 88,                       start key, FU-A that starts an IDR",
        "7C 85 44,                       start, FU-A that starts a later slice of it",
        "7C 05 88,                       nothing, FU-A in the middle of an IDR",
        "7C 45 88,                       nothing, FU-A that ends an IDR",
        "7C 81 E0,                       start, FU-A not IDR",
        "78 0002 6742 0002 68CE,         start key parameters, STAP-A of SPS and PPS",
        "78 0002 68CE 0002 6588,         start key, STAP-A of PPS and IDR",
        "78 0001 41,                     start, STAP-A of one",
        "'',                             malformed, empty",
        "7C,                             malformed, FU-A without header",
        "78,                             malformed, STAP-A of nothing",
        "78 0000 6742,                   malformed, STAP-A of an empty unit",
        "78 0002 6742 00,                malformed, STAP-A with half a size behind an SPS",
        "78 0002 6742 0003 68CE,         malformed, STAP-A whose second unit is cut short",
        "78 FFFF 6742,                   malformed, STAP-A that claims too much"
    })
    void h264(String hex, String expected, String why) {
        assertThat(Payloads.read(Codec.H264, hex)).as(why).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2601 80,                          start key, IDR_W_RADL in its first slice",
        "2601 40,                          start, a later slice of it",
        "2601,                             start, an IDR with nothing in it",
        "2A01 80,                          start key, CRA",
        "0201 80,                          start, TRAIL_R",
        "0203 80,                          start T2, TRAIL_R of a higher temporal layer",
        "4001 0C,                          start key parameters, VPS",
        "4201 01,                          start key parameters, SPS",
        "4401 C1,                          start, PPS",
        "6201 93 80,                       start key, FU that starts an IDR_W_RADL",
        "6201 93 40,                       start, FU that starts a later slice of it",
        "6201 13 80,                       nothing, FU in the middle of it",
        "6201 53 80,                       nothing, FU that ends it",
        "6001 0003 40010C 0003 420101,     start key parameters, AP of VPS and SPS",
        "6001 0003 4401C1 0003 260180,     start key, AP of PPS and IDR",
        "6001 0003 4401C1 0003 260140,     start, AP of PPS and a later slice",
        "'',                               malformed, empty",
        "26,                               malformed, half a header",
        "6202,                             malformed, FU without header",
        "6001,                             malformed, AP of nothing",
        "6001 0001 40,                     malformed, AP of half a header",
        "6001 0003 40010C 00,              malformed, AP with half a size behind a VPS",
        "6001 0003 40010C 0004 420101,     malformed, AP whose second unit is cut short"
    })
    void h265(String hex, String expected, String why) {
        assertThat(Payloads.read(Codec.H265, hex)).as(why).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "08 0A,      start key, N=1",
        "18 0A,      start key, N=1 W=1",
        "10 32,      start, Z=0",
        "90 32,      nothing, Z=1",
        "D0 32,      nothing, Z=1 Y=1",
        "88 0A,      malformed, N=1 cannot go on",
        "'',         malformed, empty"
    })
    void av1(String hex, String expected, String why) {
        assertThat(Payloads.read(Codec.AV1, hex)).as(why).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"OPUS", "PCMU", "PCMA", "G722"})
    void audioStartsAnywhere(Codec codec) {
        assertThat(Payloads.read(codec, "FC")).isEqualTo("start key");
    }
}
