// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrowserTest {
    private static final String CAMERA =
            "navigator.mediaDevices.getUserMedia({audio: true, video: true})"
                    + ".then((stream) => stream.getTracks().length)";

    @Test
    void chromiumHasAFakeCamera() {
        try (var browser = Browser.chromium()) {
            assertThat(browser.open("about:blank").evaluate("1 + 1").asInt()).isEqualTo(2);
            System.out.println(browser.open("file:///etc/hostname").evaluate(CAMERA));
        }
    }

    @Test
    void firefoxHasAFakeCamera() {
        try (var browser = Browser.firefox()) {
            assertThat(browser.open("about:blank").evaluate("1 + 1").asInt()).isEqualTo(2);
            System.out.println(browser.open("file:///etc/hostname").evaluate(CAMERA));
        }
    }
}
