// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.config.Choice;
import io.quantflux.spec.config.QuantizationConfig;
import io.quantflux.spec.json.SpecJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux validate-config}: whether a config is right, and what it says of tensors. */
@Command(
        name = "validate-config",
        mixinStandardHelpOptions = true,
        description =
                "Checks a file for spec.config. For each tensor prints its id, its spec or off, and the entry that"
                        + " decided, separated by tabs.")
final class ValidateConfigCommand implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The config, YAML or JSON.")
    private Path file = Path.of("");

    @Option(
            names = "--modules",
            paramLabel = "FILE",
            description = "The model's modules, name to fully qualified type, YAML or JSON; as spec.modules.")
    private @Nullable Path modules;

    @Option(
            names = "--spec",
            paramLabel = "FILE|PRESET",
            description = "What the config leaves to the default; as spec. Default int8 per tensor.")
    private @Nullable String fallback;

    @Option(names = "--target", defaultValue = "activation", description = "activation (default), weight or lut.")
    private String target = "";

    @Option(names = "--tensor", arity = "1..*", paramLabel = "run/name", description = "Tensor ids.")
    private List<String> tensors = List.of();

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() {
        QuantizationTarget kind = QuantizationTarget.of(target);
        QuantizationSpec defaultSpec = fallback == null ? QuantizationSpec.DEFAULT : SpecFile.spec(fallback);
        QuantizationConfig config = SpecFile.config(file, modules);
        List<TensorId> ids = tensors.stream().map(TensorId::new).toList();
        Set<String> unused = config.unusedModuleTypes();
        if (!unused.isEmpty() && command != null) {
            command.commandLine()
                    .getErr()
                    .println("quantflux: warning: module_type_configs " + unused + " choose nothing: "
                            + (modules == null
                                    ? "no --modules given"
                                    : "no module in " + modules + " has such a type"));
        }
        if (ids.isEmpty()) {
            System.out.println(file + ": valid, " + config.specs().size() + " specs");
        }
        for (TensorId id : ids) {
            Choice choice = config.choose(id, kind);
            QuantizationSpec spec = choice.spec() == null ? defaultSpec : choice.spec();
            String how = choice.kind() == Choice.Kind.OFF ? "off" : SpecJson.write(spec);
            System.out.println(id + "\t" + how + "\t" + choice.origin());
        }
        return 0;
    }
}
