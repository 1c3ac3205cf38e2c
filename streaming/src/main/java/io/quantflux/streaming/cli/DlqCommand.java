// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.DeadLetter;
import io.quantflux.streaming.kafka.DeadLetterReader;
import io.quantflux.streaming.kafka.DeadLetterReplay;
import io.quantflux.streaming.kafka.DeadLetterReplay.Fate;
import io.quantflux.streaming.kafka.Topics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quantflux dlq}: what became dead letters, and the way back. */
@Command(name = "dlq", mixinStandardHelpOptions = true, description = "Lists or replays dead letters.")
final class DlqCommand {
    /** Which letters. */
    static final class Filter {
        @Option(names = "--reason", description = "Only those of this reason, for example DECODE or SHAPE.")
        private @Nullable String reason;

        @Option(names = "--tensor", description = "Only those of these tensors: an id, a glob, or regex:EXPRESSION.")
        private @Nullable String tensor;

        private boolean chooses(DeadLetter letter, @Nullable Selector selector) {
            return (reason == null || reason.equalsIgnoreCase(letter.reason()))
                    && (selector == null || matches(selector, letter.tensor()));
        }

        private @Nullable Selector selector() {
            return tensor == null ? null : Selector.of(tensor);
        }

        private static boolean matches(Selector selector, String key) {
            try {
                return selector.matches(new TensorId(key));
            } catch (InvalidSpecException e) {
                return selector.equals(Selector.ALL); // the key may be what was wrong with it
            }
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Prints each dead letter: where it lies, its reason, stage, origin, attempt, time, tensor and"
                    + " message.")
    int list(
            @Mixin ClusterOptions cluster,
            @Mixin Filter filter,
            @Option(names = "--max", defaultValue = "1000", description = "At most. Default ${DEFAULT-VALUE}.")
                    long max,
            @Option(names = "--json", description = "One line of JSON a letter.") boolean json) {
        if (max < 1) {
            throw new InvalidSpecException("--max", max, "must be at least 1");
        }
        ProcessorConfig config = cluster.config(Map.of());
        Selector selector = filter.selector();
        requireTopic(config, config.topics().deadLetters());
        AtomicLong left = new AtomicLong(max);
        DeadLetterReader.readAll(config, letter -> {
            if (filter.chooses(letter, selector)) {
                System.out.println(json ? json(letter, null) : line(letter, null));
                return left.decrementAndGet() > 0;
            }
            return true;
        });
        return 0;
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description =
                    "Sends dead letters back to the topic they came from, each once in a group. Says what it would do;"
                            + " with --execute does it.")
    int replay(
            @Mixin ClusterOptions cluster,
            @Mixin Filter filter,
            @Option(names = "--execute", description = "Do it.") boolean execute,
            @Option(names = "--group", description = "Remembers how far it has come. Default: <group.id>-dlq-replay.")
                    @Nullable
                    String group,
            @Option(
                            names = "--max-attempts",
                            defaultValue = "3",
                            description = "Letters that have had as many go to the parked topic. Default"
                                    + " ${DEFAULT-VALUE}.")
                    int maxAttempts,
            @Option(names = "--json", description = "One line of JSON a letter.") boolean json) {
        if (maxAttempts < 1 || maxAttempts > 99) {
            throw new InvalidSpecException("--max-attempts", maxAttempts, "must be 1 to 99");
        }
        ProcessorConfig config = cluster.config(Map.of());
        Selector selector = filter.selector();
        requireTopic(config, config.topics().deadLetters());
        if (execute) {
            requireTopic(config, Topics.parked(config.topics()));
        }
        Map<Fate, Long> counts = new EnumMap<>(Fate.class);
        String remembered = group == null ? config.groupId() + "-dlq-replay" : group;
        new DeadLetterReplay(config, remembered, maxAttempts, execute)
                .run(letter -> filter.chooses(letter, selector), (letter, fate) -> {
                    counts.merge(fate, 1L, Long::sum);
                    if (fate != Fate.PASSED_OVER) {
                        System.out.println(json ? json(letter, fate) : line(letter, fate));
                    }
                });
        if (!json) {
            System.out.println(summary(counts, execute, remembered));
        }
        return 0;
    }

    private static void requireTopic(ProcessorConfig config, String topic) {
        try (Topics topics = Topics.of(config)) {
            topics.require(topic);
        }
    }

    private static String summary(Map<Fate, Long> counts, boolean execute, String group) {
        long over = counts.getOrDefault(Fate.PASSED_OVER, 0L);
        return (execute ? "replayed " : "would replay ") + counts.getOrDefault(Fate.REPLAYED, 0L)
                + ", " + (execute ? "parked " : "park ") + counts.getOrDefault(Fate.PARKED, 0L) + ", unusable "
                + counts.getOrDefault(Fate.UNUSABLE, 0L) + ", not chosen " + over
                + (execute ? "" : "; --execute does it")
                + (over == 0 || !execute ? "" : "; group " + group + " is past these, another --group is not");
    }

    private static String line(DeadLetter letter, @Nullable Fate fate) {
        return (fate == null ? "" : word(fate) + "  ") + letter.offset() + "  " + letter.reason() + "  "
                + letter.stage()
                + "  " + letter.origin() + "  attempt " + letter.attempt() + "  " + letter.time() + "  "
                + (letter.tensor().isEmpty() ? "-" : letter.tensor()) + "  " + letter.message();
    }

    private static String json(DeadLetter letter, @Nullable Fate fate) {
        return "{" + (fate == null ? "" : "\"fate\":" + quoted(word(fate)) + ",") + "\"letter\":"
                + quoted(letter.offset()) + ",\"reason\":" + quoted(letter.reason()) + ",\"stage\":"
                + quoted(letter.stage()) + ",\"origin\":" + quoted(letter.origin()) + ",\"attempt\":"
                + letter.attempt() + ",\"time\":" + quoted(letter.time().toString()) + ",\"tensor\":"
                + quoted(letter.tensor()) + ",\"value_bytes\":" + letter.valueBytes() + ",\"complete\":"
                + letter.complete() + ",\"message\":" + quoted(letter.message()) + "}";
    }

    private static String word(Fate fate) {
        return fate.name().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
