// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.StandardFaultHandlerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's own JVM: arguments are the directory and {@code key=value} overrides.
 *
 * <p>Answers with one line on standard output, {@value #READY} or {@value #FAILED}. Ends when standard input closes,
 * which is also what happens when the parent dies, however it dies; or on SIGTERM.
 */
final class BrokerMain {

    static final String READY = "READY ";
    static final String FAILED = "FAILED ";

    private BrokerMain() {}

    public static void main(String[] args) throws IOException {
        leaveTheTerminalToTheParent();
        EmbeddedKafka kafka;
        try {
            kafka = EmbeddedKafka.start(Path.of(args[0]), overrides(args), new StandardFaultHandlerFactory(), null);
        } catch (EmbeddedKafkaException e) {
            log().error("The broker did not start", e);
            System.out.println(FAILED + e.getMessage());
            System.out.flush();
            // Kafka may have left threads behind that would keep this JVM alive
            Runtime.getRuntime().halt(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "close-broker"));
        System.out.println(READY + kafka.bootstrapServers());
        System.out.flush();
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static Map<String, String> overrides(String[] args) {
        Map<String, String> overrides = new HashMap<>();
        for (int i = 1; i < args.length; i++) {
            String[] pair = args[i].split("=", 2);
            overrides.put(pair[0], pair[1]);
        }
        return overrides;
    }

    /**
     * Ctrl-C reaches every process of the terminal at once. The parent still has a transaction to commit, so the broker
     * must outlive it: the parent closes our standard input when it is done. By reflection, since {@code sun.misc} is
     * no API to compile against and a JVM without it only loses this courtesy.
     */
    private static void leaveTheTerminalToTheParent() {
        for (String name : new String[] {"INT", "HUP"}) {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                signal.getMethod("handle", signal, handler)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                handler.getField("SIG_IGN").get(null));
            } catch (ReflectiveOperationException e) {
                log().debug("SIG{} is not ignored", name, e);
            }
        }
    }

    /** Late, so that the line above costs no logging start-up when it is silent. */
    private static Logger log() {
        return LoggerFactory.getLogger(BrokerMain.class);
    }
}
