// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link GoldenTest} with one test a group of cases, for mutation runs alone, as its name tells surefire: there each test is
 * started by itself, thousands of times over.
 */
class GoldenGroups {
    static Stream<String> groups() {
        return GoldenTest.cases().stream().map(GoldenCase::group).distinct();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("groups")
    void agreesWithTheReferenceToTheBit(String group) {
        GoldenTest golden = new GoldenTest();
        GoldenTest.cases().stream()
                .filter(one -> one.group().equals(group))
                .forEach(golden::agreesWithTheReferenceToTheBit);
    }
}
