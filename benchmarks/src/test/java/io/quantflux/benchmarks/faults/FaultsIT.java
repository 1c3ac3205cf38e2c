// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smallest form of {@code quantflux bench faults}: processors in processes of their own die, and no bit changes. */
class FaultsIT {
    @TempDir
    private Path dir;

    @Test
    void processorsKilledAtRandomLoseDoubleAndReorderNothing() {
        Outcome outcome = new KillScenario().run(stage());
        assertThat(outcome.verdict().isClean()).as("%s", outcome).isTrue();
        assertThat(outcome.broken()).isEmpty();
        assertThat(outcome.kills()).isEqualTo(2);
        assertThat(outcome.verdict().records()).isGreaterThanOrEqualTo(3_000);
    }

    @Test
    void aProcessorThatHaltsBetweenOffsetsAndCommitLosesDoublesAndReordersNothing() {
        Outcome outcome = new FailpointScenario().run(stage());
        assertThat(outcome.verdict().isClean()).as("%s", outcome).isTrue();
        assertThat(outcome.broken()).isEmpty();
        assertThat(outcome.kills()).isEqualTo(1);
    }

    private Stage stage() {
        return new Stage(dir, Stage.Size.SMOKE, 7, Planted.NOTHING, System.out);
    }
}
