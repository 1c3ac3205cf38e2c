// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;

class ParallelismTest {
    @Test
    void aloneRunsEveryTaskInOrder() {
        List<Integer> ran = new ArrayList<>();
        Parallelism.NONE.run(3, ran::add);
        assertThat(ran).containsExactly(0, 1, 2);
        assertThat(Parallelism.NONE.tasks()).isEqualTo(1);
    }

    @Test
    void theCommonPoolRunsEveryTask() {
        Parallelism shared = Parallelism.commonPool(3);
        Set<Integer> ran = new ConcurrentSkipListSet<>();
        shared.run(3, ran::add);
        assertThat(ran).containsExactly(0, 1, 2);
        assertThat(shared.tasks()).isEqualTo(3);
    }
}
