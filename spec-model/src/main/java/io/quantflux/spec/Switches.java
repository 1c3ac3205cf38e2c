// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/**
 * What a fake quantizer does with the next tensor.
 *
 * @param observer whether it updates range and qparams
 * @param fakeQuant whether its output is quantized and dequantized, or the input itself
 * @param exportMode whether qparams are frozen, whatever {@code observer} says
 * @param disabled whether a block size did not fit: tensors pass through until it is re-enabled by command
 */
public record Switches(boolean observer, boolean fakeQuant, boolean exportMode, boolean disabled) {
    /** Observing and fake-quantizing, as a fake quantizer starts. */
    public static final Switches INITIAL = new Switches(true, true, false, false);

    /**
     * {@return these, with the observer on or off}
     *
     * @param enabled whether it is on
     */
    public Switches withObserver(boolean enabled) {
        return new Switches(enabled, fakeQuant, exportMode, disabled);
    }

    /**
     * {@return these, with fake quantization on or off}
     *
     * @param enabled whether it is on
     */
    public Switches withFakeQuant(boolean enabled) {
        return new Switches(observer, enabled, exportMode, disabled);
    }

    /**
     * {@return these, with export mode on or off}
     *
     * @param enabled whether it is on
     */
    public Switches withExportMode(boolean enabled) {
        return new Switches(observer, fakeQuant, enabled, disabled);
    }

    /**
     * {@return these, disabled by a block-size mismatch or enabled again}
     *
     * @param now whether it is disabled
     */
    public Switches withDisabled(boolean now) {
        return new Switches(observer, fakeQuant, exportMode, now);
    }
}
