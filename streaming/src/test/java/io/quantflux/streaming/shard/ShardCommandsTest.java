// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.TensorState;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a command takes effect, in what order, for which tensors, and who says so. */
class ShardCommandsTest {
    private static final Action FREEZE = new Action.SetExportMode(true);
    private final ShardJournal journal = ShardJournal.open();

    @Test
    void atOnceItAppliesToEachSelectedTensorAndSaysSo() {
        journal.record("run/a", 0, -1, 1);
        journal.record("run/b", 0, -1, 1);
        journal.record("other/a", 0, -1, 1);

        List<Emission> emissions = journal.send(new ControlCommand("c", "ada", Selector.of("run/*"), FREEZE, null));

        assertThat(ShardJournal.only(Emission.Event.class, emissions))
                .extracting(Emission.Event::key)
                .containsExactly("run/a", "run/b");
        assertThat(ShardJournal.only(Emission.Event.class, emissions)).allSatisfy(event -> {
            assertThat(event.value().commandId()).isEqualTo("c");
            assertThat(event.value().actor()).isEqualTo("ada");
            assertThat(event.value().detail()).isEqualTo("set_export_mode on");
        });
        assertThat(ShardJournal.only(Emission.Qparams.class, emissions))
                .extracting(update -> update.id() + " v" + update.value().version())
                .containsExactly("run/a v2", "run/b v2");
        assertThat(exportMode("run/a")).isTrue();
        assertThat(exportMode("other/a")).isFalse();
    }

    private boolean exportMode(String id) {
        return journal.state(id).calibration().switches().exportMode();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 30})
    void atAStepItWaitsForTheFirstRecordOfThatStepOrLater(long first) {
        journal.record(5, -1, 1);
        TensorState before = journal.state();
        List<Emission> sent = journal.send("c", FREEZE, 7L);
        assertThat(ShardJournal.events(sent)).isEmpty();
        assertThat(journal.state().calibration()).isEqualTo(before.calibration());

        assertThat(ShardJournal.events(journal.record(6, -2, 2))).isEmpty();
        QParams frozen = journal.state().calibration().qparams();
        assertThat(ShardJournal.events(journal.record(first, -9, 9))).containsExactly("COMMAND_APPLIED c @" + first);
        journal.record(first + 1, -20, 20);

        assertThat(journal.state().calibration().qparams()).isEqualTo(frozen);
        assertThat(journal.state().pending()).isEmpty();
    }

    @Test
    void atAStepOfThePastItAppliesToTheNextRecord() {
        journal.record(50, -1, 1);
        QParams frozen = journal.state().calibration().qparams();
        journal.send("c", FREEZE, 7L);
        // an older step arrives late: it carries 7 or more, and that is what counts
        journal.record(20, -9, 9);
        assertThat(journal.state().calibration().qparams()).isEqualTo(frozen);
    }

    @Test
    void dueCommandsApplyByStepAndThenByTheirOrderInTheLog() {
        journal.record(0, -1, 1);
        journal.send("third", new Action.SetObserver(true), 9L);
        journal.send("first", new Action.SetObserver(false), 5L);
        journal.send("second", new Action.SetFakeQuant(false), 5L);
        journal.send("later", new Action.Reset(), 10L);

        assertThat(ShardJournal.events(journal.record(9, -1, 1)))
                .containsExactly("COMMAND_APPLIED first @9", "COMMAND_APPLIED second @9", "COMMAND_APPLIED third @9");
        assertThat(journal.state().pending())
                .extracting(pending -> pending.command().id())
                .containsExactly("later");
    }

    @Test
    void aTensorThatAppearsLaterMeetsTheStandingOrdersInOrder() {
        journal.send("off", new Action.SetFakeQuant(false), null);
        journal.send("freeze", FREEZE, 3L);
        journal.send(new ControlCommand("other", "ada", Selector.of("run/y"), FREEZE, null));
        journal.send("on", new Action.SetFakeQuant(true), null);

        List<Emission> first = journal.record(0, -1, 1);

        assertThat(ShardJournal.events(first)).as("off is void").containsExactly("COMMAND_APPLIED on");
        assertThat(ShardJournal.events(journal.record(3, -1, 1))).containsExactly("COMMAND_APPLIED freeze @3");
    }

    @Test
    void aDuplicateChangesNothing() {
        journal.record(0, -1, 1);
        journal.send("c", FREEZE, null);
        journal.send("thaw", new Action.SetExportMode(false), null);
        TensorState before = journal.state();

        List<Emission> emissions = journal.send("c", FREEZE, null);

        assertThat(ShardJournal.only(Emission.State.class, emissions)).isEmpty();
        assertThat(journal.state()).isEqualTo(before);
    }

    @Test
    void oneShardOfAllAcknowledgesEachEntry() {
        // offsets 0 and 2 belong to other shards; partition 1 of 3 speaks for 1 and 4
        assertThat(ShardJournal.events(journal.send("c0", FREEZE, null))).isEmpty();
        assertThat(ShardJournal.events(journal.send("c1", FREEZE, 3L))).containsExactly("COMMAND_ACCEPTED c1");
        assertThat(ShardJournal.events(journal.send("c2", FREEZE, null))).isEmpty();
        assertThat(ShardJournal.events(journal.send("c3", FREEZE, null))).isEmpty();
        List<Emission> duplicate = journal.send("c1", FREEZE, 3L);
        assertThat(ShardJournal.events(duplicate)).containsExactly("COMMAND_REJECTED c1");
        assertThat(ShardJournal.only(Emission.Event.class, duplicate).get(0).key())
                .isEqualTo("run/x");
        assertThat(ShardJournal.only(Emission.Event.class, duplicate)
                        .get(0)
                        .value()
                        .detail())
                .isEqualTo("duplicate id: it changes nothing");
    }

    @Test
    void aMalformedEntryIsADeadLetterAndARejectionFromOneShardAndChangesNothing() {
        journal.record(0, -1, 1);
        TensorState before = journal.state();
        assertThat(ShardJournal.only(Emission.DeadLetter.class, journal.malformed(Emission.Reason.DECODE, "bad")))
                .isEmpty();

        List<Emission> emissions = journal.malformed(Emission.Reason.EMPTY, "it has no value");

        assertThat(ShardJournal.events(emissions)).containsExactly("COMMAND_REJECTED");
        assertThat(ShardJournal.only(Emission.Event.class, emissions)
                        .get(0)
                        .value()
                        .detail())
                .isEqualTo("control@1: it has no value");
        assertThat(ShardJournal.only(Emission.DeadLetter.class, emissions))
                .containsExactly(new Emission.DeadLetter(Emission.Reason.EMPTY, "control", "it has no value"));
        assertThat(journal.state()).isEqualTo(before);
        assertThat(journal.progress().controlOffset()).isEqualTo(2);
    }

    @Test
    void everyEntryMovesTheProgress() {
        journal.send("c", FREEZE, null);
        journal.send("c", FREEZE, null);
        journal.malformed(Emission.Reason.DECODE, "bad");
        assertThat(journal.progress().controlOffset()).isEqualTo(3);
    }

    @Test
    void aScheduleMovesTheSwitchesWithTheStepOfTheRecordInTrainingSessions() {
        journal.record(0, -1, 1);
        journal.send("plan", new Action.SetSchedule(new QatSchedule(2, 4, 6L)), null);
        assertThat(switchesAfter(1)).isEqualTo("observer on, fake quant on");
        long version = journal.state().version();
        journal.send("train", new Action.SetTraining(true), null);
        assertThat(journal.state().version())
                .as("what the schedule says begins with the next record")
                .isEqualTo(version);

        assertThat(switchesAfter(1)).isEqualTo("observer off, fake quant off");
        assertThat(switchesAfter(2)).isEqualTo("observer on, fake quant off");
        assertThat(switchesAfter(4)).isEqualTo("observer on, fake quant on");
        assertThat(switchesAfter(6)).isEqualTo("observer off, fake quant on");
        // a replay of an older step gives the older switches: a pure function of the step
        assertThat(switchesAfter(3)).isEqualTo("observer on, fake quant off");

        journal.send("end", new Action.SetTraining(false), 8L);
        assertThat(switchesAfter(7)).isEqualTo("observer off, fake quant on");
        assertThat(switchesAfter(8)).isEqualTo("observer off, fake quant on");
        assertThat(switchesAfter(3)).as("the end lasts").isEqualTo("observer off, fake quant on");
        journal.send("again", new Action.SetTraining(true), 9L);
        journal.send("clear", new Action.ClearSchedule(), 10L);
        journal.send("on", new Action.SetObserver(true), 10L);
        assertThat(switchesAfter(9)).isEqualTo("observer off, fake quant on");
        assertThat(switchesAfter(10)).isEqualTo("observer on, fake quant on");
    }

    private String switchesAfter(long step) {
        journal.record(step, (float) -step, (float) step);
        var switches = journal.state().calibration().switches();
        return "observer " + (switches.observer() ? "on" : "off") + ", fake quant "
                + (switches.fakeQuant() ? "on" : "off");
    }

    @Test
    void commandsThatWaitAreLimited() {
        journal.record(0, -1, 1);
        for (int i = 0; i < 1000; i++) {
            journal.send("c" + i, FREEZE, 1_000_000L);
        }
        assertThat(ShardJournal.events(journal.send("one more", FREEZE, 1_000_000L)))
                .contains("COMMAND_REJECTED one more");
        assertThat(journal.state().pending()).hasSize(1000);
    }
}
