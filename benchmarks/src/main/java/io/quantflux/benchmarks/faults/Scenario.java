// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

/** Something that goes wrong while records flow. */
interface Scenario {
    /** As the command line spells it. */
    String name();

    /** What goes wrong, one line. */
    String what();

    /** Runs it from an empty broker to a verified end. */
    Outcome run(Stage stage);
}
