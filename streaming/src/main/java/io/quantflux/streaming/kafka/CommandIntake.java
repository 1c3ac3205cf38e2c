// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.ControlCodec;
import io.quantflux.avro.WireFormatException;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.StandingOrders;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What each record of the control log is, in order from its beginning: a pure function of the log. */
final class CommandIntake {
    private final RecentIds ids = new RecentIds();
    private final StandingOrders orders = new StandingOrders();

    ControlEntry read(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        if (record.value() == null) {
            return new ControlEntry.Malformed(
                    record.offset(), Emission.Reason.EMPTY, "the record has no value; expected a ControlCommand");
        }
        ControlCommand command;
        try {
            command = ControlCodec.decode(record.value().duplicate());
        } catch (WireFormatException e) {
            return new ControlEntry.Malformed(record.offset(), Emission.Reason.of(e), String.valueOf(e.getMessage()));
        }
        if (!ids.add(command.id())) {
            return new ControlEntry.Duplicate(record.offset(), command);
        }
        ControlEntry.Accepted accepted = new ControlEntry.Accepted(record.offset(), command);
        return orders.add(accepted)
                ? accepted
                : new ControlEntry.Refused(
                        record.offset(),
                        command,
                        StandingOrders.MAX + " commands stand already; only one that replaces another is taken");
    }

    /** What stands after the records read so far. */
    StandingOrders orders() {
        return orders;
    }
}
