// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.FloatValues;
import io.quantflux.avro.wire.IntValues;
import io.quantflux.avro.wire.SwitchPositions;
import io.quantflux.avro.wire.TrainingSchedule;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.json.SpecJson;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values that several records share, from the domain to the wire and back. */
final class WireValues {
    static final int MAX_SPEC_TEXT = 65_536;
    /** Longer texts are read each time, so that whoever sends them does not fill the memory with them. */
    private static final int MAX_KNOWN_TEXT = 1024;

    // each state, update and first activation carries one, and most tensors have the same
    private static final Memo<QuantizationSpec, String> WRITTEN = new Memo<>(SpecJson::write);
    private static final Memo<String, QuantizationSpec> READ = new Memo<>(SpecJson::read);

    private WireValues() {}

    static List<Long> shape(Shape shape) {
        return Arrays.stream(shape.toArray()).mapToObj(extent -> (long) extent).toList();
    }

    static Shape shape(List<Long> wire) {
        if (wire.size() > Shape.MAX_RANK) { // before a hostile list gets into a message
            throw new InvalidSpecException(
                    "shape", wire.size() + " axes", "must have at most " + Shape.MAX_RANK + " axes");
        }
        return Shape.of(wire);
    }

    static Tensor tensor(List<Long> shape, String dtype, ByteBuffer data) {
        return new Tensor(shape(shape), ElementType.of(dtype), data);
    }

    static String spec(QuantizationSpec spec) {
        return WRITTEN.of(spec);
    }

    static QuantizationSpec spec(String wire) {
        if (wire.length() > MAX_SPEC_TEXT) {
            throw new InvalidSpecException("spec", wire.length() + " characters", "must have at most " + MAX_SPEC_TEXT);
        }
        try {
            return wire.length() > MAX_KNOWN_TEXT ? SpecJson.read(wire) : READ.of(wire);
        } catch (InvalidSpecException e) {
            throw e.field().equals("json") ? e.within("spec") : e;
        }
    }

    static SourcePosition source(io.quantflux.avro.wire.SourcePosition wire) {
        return new SourcePosition(wire.getPartition(), wire.getOffset());
    }

    static io.quantflux.avro.wire.SourcePosition source(SourcePosition source) {
        return new io.quantflux.avro.wire.SourcePosition(source.partition(), source.offset());
    }

    static Switches switches(SwitchPositions wire) {
        return new Switches(wire.getObserver(), wire.getFakeQuant(), wire.getExportMode(), wire.getDisabled());
    }

    static SwitchPositions switches(Switches switches) {
        return new SwitchPositions(
                switches.observer(), switches.fakeQuant(), switches.exportMode(), switches.disabled());
    }

    static @Nullable QatSchedule schedule(@Nullable TrainingSchedule wire) {
        return wire == null
                ? null
                : new QatSchedule(wire.getEnableObserver(), wire.getEnableFakeQuant(), wire.getDisableObserver());
    }

    static @Nullable TrainingSchedule schedule(@Nullable QatSchedule schedule) {
        return schedule == null
                ? null
                : new TrainingSchedule(
                        schedule.enableObserver(), schedule.enableFakeQuant(), schedule.disableObserver());
    }

    static @Nullable FloatArray floats(@Nullable FloatValues wire) {
        if (wire == null) {
            return null;
        }
        List<Float> list = wire.getValues();
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i);
        }
        return FloatArray.of(shape(wire.getShape()), values);
    }

    static @Nullable FloatValues floats(@Nullable FloatArray array) {
        if (array == null) {
            return null;
        }
        List<Float> values = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            values.add(array.get(i));
        }
        return new FloatValues(shape(array.shape()), values);
    }

    static @Nullable IntArray ints(@Nullable IntValues wire) {
        return wire == null
                ? null
                : IntArray.of(
                        shape(wire.getShape()),
                        wire.getValues().stream().mapToInt(Integer::intValue).toArray());
    }

    static @Nullable IntValues ints(@Nullable IntArray array) {
        return array == null
                ? null
                : new IntValues(
                        shape(array.shape()),
                        Arrays.stream(array.toArray()).boxed().collect(Collectors.toList()));
    }
}
