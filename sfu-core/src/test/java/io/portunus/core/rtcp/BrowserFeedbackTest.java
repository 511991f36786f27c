// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Feedback as Chromium sends it.
class BrowserFeedbackTest {
    /// Transport-wide feedback that is filled up to a whole word by two bytes.
    private static final String FILLED = "afcd000618e51d62f607f8960002000400106b012004be4301000002";

    private static final String PICTURE_LOSS = "81ce000218e51d62f607f896";

    @Test
    void whatFollowsFeedbackThatIsFilledUpIsRead() {
        var bytes = HexFormat.of().parseHex(FILLED + PICTURE_LOSS);
        var reader = new RtcpReader();
        reader.start(MemorySegment.ofArray(bytes), 0, bytes.length);

        assertThat(reader.next()).isTrue();
        assertThat(reader.kind()).isEqualTo(RtcpKind.TRANSPORT_FEEDBACK);
        assertThat(reader.bodyBytes()).as("without the two bytes").isEqualTo(14);
        assertThat(reader.next()).as("the key-frame request behind it").isTrue();
        assertThat(reader.kind()).isEqualTo(RtcpKind.PICTURE_LOSS);
        assertThat(reader.next()).isFalse();
        assertThat(reader.isMalformed()).isFalse();
    }
}
