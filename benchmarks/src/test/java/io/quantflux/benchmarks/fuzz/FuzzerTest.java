// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FuzzerTest {
    @Test
    void mutatedRecordsAndCommandsAreTakenOrRefusedWithAReasonAndWithoutATrace() {
        Fuzzer.Report report = new Fuzzer(20_261_123).run(100_000);
        assertThat(report.failures()).isEmpty();
        assertThat(report.inputs()).isEqualTo(100_000);
        assertThat(report.taken()).as("some mutations are harmless").isGreaterThan(5_000);
        assertThat(report.refused()).containsKeys("KEY", "EMPTY", "DECODE", "INVALID", "SHAPE", "TENSOR_LIMIT");
    }
}
