// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.nio.file.Path;
import java.util.Map;

/** A program that starts a broker, says which process it is, and never closes it. */
final class ParentOfABroker {

    private ParentOfABroker() {}

    @SuppressWarnings("resource") // the point of this program
    public static void main(String[] args) throws Exception {
        KafkaChildProcess kafka = KafkaChildProcess.start(Path.of(args[0]), Map.of());
        System.out.println("child " + kafka.pid());
        Thread.sleep(Long.MAX_VALUE);
    }
}
