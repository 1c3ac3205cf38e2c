// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
    @Test
    void knowsTheNewestIdsAsASetInInsertionOrderDoes() {
        RecentIds ids = new RecentIds(3000);
        Set<String> model = new LinkedHashSet<>();
        Random random = new Random(3);
        for (int i = 0; i < 50_000; i++) {
            String id = "command-" + random.nextInt(6000);
            boolean fresh = model.add(id);
            if (model.size() > 3000) {
                Iterator<String> oldest = model.iterator();
                oldest.next();
                oldest.remove();
            }
            assertThat(ids.add(id)).as("id %d, %s", i, id).isEqualTo(fresh);
        }
    }
}
