// SPDX-License-Identifier: Apache-2.0
package io.portunus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.portunus.bench.load.Workload.Scenario;
import io.portunus.bench.load.client.MediaKind;
import io.portunus.bench.load.client.StreamShape;
import io.portunus.deploy.Server;
import io.portunus.deploy.config.ConfigReader;
import io.portunus.transport.srtp.SrtpProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Short runs against the assembled SERVER.
@Timeout(120)
class LoadRunTest {
    private static final StreamShape VIDEO = new StreamShape(MediaKind.VIDEO, 250, 1_200, 8);
    private static final StreamShape AUDIO = new StreamShape(MediaKind.AUDIO, 50, 160, 1);

    /// The machine may be busy with other tests, and that is not what is looked at.
    private static final long ANY_LAG_NANOS = 60_000_000_000L;

    private static final Server SERVER = start();

    private static Server start() {
        var environment = new HashMap<String, String>();
        environment.put("PORTUNUS_MEDIA_FIRST_UDP_PORT", "0");
        environment.put("PORTUNUS_MEDIA_LOOPS", "2");
        environment.put("PORTUNUS_MEDIA_WARM_UP", "false");
        environment.put("PORTUNUS_SIGNALLING_ADDRESS", "127.0.0.1");
        environment.put("PORTUNUS_SIGNALLING_PORT", "0");
        environment.put("PORTUNUS_WEB_ADDRESS", "127.0.0.1");
        environment.put("PORTUNUS_WEB_PORT", "0");
        return Server.start(new ConfigReader().read(null, environment));
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Target target(Profiles profiles) {
        return new Target(
                "here",
                URI.create(SERVER.webSocketAddress()),
                ProcessHandle.current().pid(),
                URI.create(SERVER.pageAddress() + "metrics"),
                profiles.order());
    }

    private static LoadResult run(Workload workload, Profiles profiles)
            throws InterruptedException {
        return new LoadRun(workload, target(profiles), Progress.none(), ANY_LAG_NANOS).run();
    }

    private static Workload workload(
            Scenario scenario, int publishers, int receivers, double loss, StreamShape... shapes) {
        return new Workload(
                "test", scenario, publishers, receivers, List.of(shapes), 1, 1, 0, loss);
    }

    @Test
    void aBroadcastReachesEverybodyWhole() throws InterruptedException {
        var result = run(workload(Scenario.BROADCAST, 1, 3, 0, VIDEO, AUDIO), Profiles.BROWSER);

        assertThat(result.voidBecause()).isEmpty();
        assertThat(result.packets().in()).as("packets published in 1 s").isBetween(280L, 320L);
        assertThat(result.packets().out()).isEqualTo(3 * result.packets().in());
        assertThat(result.packets().deliveredRatio()).isEqualTo(1.0);
        assertThat(result.events().payloadsChecked()).as("payloads compared").isGreaterThan(20);
        assertThat(result.events().payloadsNotAsSent()).as("payloads not as sent").isZero();
        assertThat(result.events().duplicates()).isZero();
        assertThat(result.delay().p50()).as("median delay in us").isBetween(1.0, 1e6);
        assertThat(result.within()).as("what of it was spent in the server").isNotNull();
        assertThat(result.cost().cpuMicrosPerPacket()).isNotNull().isPositive();
        assertThat(result.cost().packetsPerSendCall()).isNotNull().isGreaterThanOrEqualTo(1.0);
        assertThat(result.events().keyFramesAsked()).as("key frames asked for").isPositive();
    }

    @Test
    void inAMeetingEverybodyGetsAllTheOthers() throws InterruptedException {
        var result = run(workload(Scenario.MEETING, 4, 4, 0, AUDIO, VIDEO), Profiles.COMMON);

        assertThat(result.packets().expectedOut()).isEqualTo(3 * result.packets().in());
        assertThat(result.packets().worstReceiverRatio()).isGreaterThan(0.99);
        assertThat(result.events().payloadsNotAsSent()).as("payloads not as sent").isZero();
    }

    @Test
    void lostVideoIsAskedForAgainAndLostAudioStaysLost() throws InterruptedException {
        var video = run(workload(Scenario.BROADCAST, 1, 2, 0.1, VIDEO), Profiles.BROWSER);
        var audio = run(workload(Scenario.AUDIO, 2, 2, 0.2, AUDIO), Profiles.BROWSER);

        assertThat(video.events().lostOnPurpose()).isPositive();
        assertThat(video.events().recovered()).as("packets that came again").isPositive();
        assertThat(video.packets().deliveredRatio()).isGreaterThan(0.99);
        assertThat(video.events().payloadsNotAsSent()).as("payloads not as sent").isZero();
        assertThat(audio.packets().deliveredRatio()).isBetween(0.6, 0.95);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void theProfileIsTheOneAskedFor(SrtpProfile profile) throws InterruptedException {
        var result =
                run(
                        new Workload("test", Scenario.AUDIO, 1, 1, List.of(AUDIO), 0, 1, 0, 0),
                        Profiles.of(profile.name()));

        assertThat(result.profileIn()).isEqualTo(profile.name());
        assertThat(result.profileOut()).isEqualTo(profile.name());
        assertThat(result.packets().deliveredRatio()).isEqualTo(1.0);
    }

    @Test
    void aRunInWhichTheGeneratorWasLateIsVoid() throws InterruptedException {
        var load = new Workload("test", Scenario.AUDIO, 1, 1, List.of(AUDIO), 0, 1, 0, 0);

        var result = new LoadRun(load, target(Profiles.BROWSER), Progress.none(), 1).run();

        assertThat(result.voidBecause()).anyMatch(why -> why.contains("late"));
    }

    @Test
    void theResultIsWrittenAsJson(@TempDir Path folder) throws IOException {
        var file = folder.resolve("result.json");

        var code =
                LoadCommand.execute(
                        "broadcast",
                        "--receivers=2",
                        "--seconds=1",
                        "--warm-up=1",
                        "--max-lag=60000",
                        "--url=" + SERVER.webSocketAddress(),
                        "--pid=" + ProcessHandle.current().pid(),
                        "--json=" + file);

        assertThat(code).isZero();
        var result = new ObjectMapper().readTree(file.toFile()).path(0);
        assertThat(result.path("workload").path("name").asText()).isEqualTo("broadcast 1 -> 2");
        assertThat(result.path("workload").path("shapes").path(0).path("burst").asInt())
                .isEqualTo(8);
        assertThat(result.path("packets").path("deliveredRatio").asDouble()).isEqualTo(1.0);
        assertThat(result.path("cost").path("cpuMicrosPerPacket").asDouble()).isPositive();
        assertThat(result.path("cost").path("packetsPerSendCall").isNull())
                .as("without --metrics")
                .isTrue();
        for (var which : List.of(result.path("delay"), result.path("generator").path("lag"))) {
            for (var field : List.of("p50", "p99", "p999", "max")) {
                assertThat(which.path(field).isNumber()).as("%s of %s", field, which).isTrue();
            }
        }
        assertThat(result.path("profileOut").asText()).isEqualTo("AEAD_AES_128_GCM");
        assertThat(result.path("voidBecause").isEmpty()).isTrue();
    }

    @Test
    void aServerThatIsNotThereIsSaidSo() {
        assertThat(LoadCommand.execute("broadcast", "--url=ws://127.0.0.1:1/")).isEqualTo(1);
    }
}
