// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** All scenarios there are. */
final class Scenarios {
    /** Those of the short form, the most telling first: a slow machine may not get to the last. */
    private static final List<Scenario> SAMPLE = List.of(
            new KillScenario(),
            new FailpointScenario(),
            new TermScenario(),
            new ZombieScenario(),
            new BrokerScenario(),
            new PartitionScenario(),
            new StormScenario());

    private static final List<Scenario> ALL = Stream.concat(
                    SAMPLE.stream(),
                    Stream.of(
                            new ClusterScenario(), new LateCommitScenario(), new DiskScenario(), new RestoreScenario()))
            .toList();

    private Scenarios() {}

    /** Those of these names, in that order; if there are none, those of the short form, or all. */
    static List<Scenario> named(
            List<String> names, boolean sample, Function<String, ? extends RuntimeException> wrong) {
        if (names.isEmpty()) {
            return sample ? SAMPLE : ALL;
        }
        return names.stream().map(name -> named(name, wrong)).toList();
    }

    private static Scenario named(String name, Function<String, ? extends RuntimeException> wrong) {
        return ALL.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong.apply("--scenario was '" + name + "' but must be one of "
                        + ALL.stream().map(Scenario::name).toList()));
    }
}
