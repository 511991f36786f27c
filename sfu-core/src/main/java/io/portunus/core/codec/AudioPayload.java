// SPDX-License-Identifier: Apache-2.0
package io.portunus.core.codec;

import java.lang.foreign.MemorySegment;

/// Audio: every packet is a frame of its own, and a decoder can start with any of them.
public final class AudioPayload implements PayloadReader {
    @Override
    public boolean read(MemorySegment memory, long offset, int length, FramePart part) {
        part.clear();
        part.startsFrame = true;
        part.startsKeyFrame = true;
        return true;
    }
}
