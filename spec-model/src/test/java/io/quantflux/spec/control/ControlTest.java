// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.TensorId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTest {
    @ParameterizedTest
    @CsvSource({
        "run/conv1, run/conv1, true",
        "run/conv1, run/conv12, false",
        "run/conv.1, run/convx1, false",
        "*, run/conv1, true",
        "run/*, run/a/b, true",
        "run/*, other/a, false",
        "run/conv?, run/conv1, true",
        "run/conv?, run/conv12, false",
        "*.relu, run/layer3.relu, true",
        "*.relu, run/layer3xrelu, false",
        "'regex:run/(conv|fc)\\d', run/fc2, true",
        "'regex:run/(conv|fc)\\d', run/fc23, false",
    })
    void aSelectorMatchesWholeIds(String selector, String id, boolean matches) {
        assertThat(Selector.of(selector).matches(new TensorId(id))).isEqualTo(matches);
        assertThat(Selector.of(selector)).isEqualTo(Selector.of(selector)).hasToString(selector);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run/conv 1", "regex:run/(", "run/[ab]"})
    void aWrongSelectorIsRefused(String selector) {
        assertThatThrownBy(() -> Selector.of(selector)).isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void actionsHaveTheirWireNames() {
        assertThat(new Action.SetExportMode(true).key()).isEqualTo("set_export_mode");
        assertThat(new Action.SetFakeQuant(true).key()).isEqualTo("set_fake_quant");
        assertThat(new Action.ReEnable().key()).isEqualTo("re_enable");
        assertThat(new Action.Reset().key()).isEqualTo("reset");
    }

    @Test
    void commandsNeedAnIdAndAnActor() {
        assertThatThrownBy(() -> new ControlCommand(" ", "me", Selector.ALL, new Action.Reset(), null))
                .hasMessageContaining("id was 1 characters");
        assertThatThrownBy(() -> new ControlCommand("1", "x".repeat(129), Selector.ALL, new Action.Reset(), null))
                .hasMessageContaining("actor was 129 characters");
        assertThatThrownBy(() -> new ControlCommand("1", "me", Selector.ALL, new Action.Reset(), -1L))
                .hasMessage("effective_step was -1 but must be at least 0");
    }
}
