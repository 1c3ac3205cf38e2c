// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateConfigCommandTest {
    private static final String CONFIG = """
            quantization_config:
              global_config: {op_output_spec: {"*": {dtype: int4}}}
              module_type_configs:
                torch.nn.modules.linear.Linear: {op_output_spec: {"*": {dtype: uint4}}}
              module_name_configs:
                silent: {}
                head: null
            """;

    @TempDir
    private Path directory;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static CommandRun run(Path config, Object... more) {
        List<String> args = new ArrayList<>(List.of("validate-config", "--config", config.toString()));
        for (Object arg : more) {
            args.add(arg.toString());
        }
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void eachTensorsSpecAndItsOriginAreALine() throws IOException {
        Path modules = write("modules.json", "{\"\":\"my.Net\",\"fc\":\"torch.nn.modules.linear.Linear\"}");
        CommandRun run = run(
                write("c.yaml", CONFIG),
                "--modules",
                modules,
                "--spec",
                "a_fp8",
                "--tensor",
                "run/x",
                "run/fc",
                "run/head.logits",
                "run/silent");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .startsWith("run/x\t{\"dtype\":\"int4\",")
                .endsWith("\tquantization_config.global_config.op_output_spec.*");
        assertThat(lines.get(1)).startsWith("run/fc\t{\"dtype\":\"uint4\",");
        assertThat(lines.get(2))
                .isEqualTo("run/head.logits\toff\tquantization_config.module_name_configs.head is null");
        assertThat(lines.get(3))
                .startsWith("run/silent\t{\"dtype\":\"float8_e4m3fn\",")
                .endsWith("\tquantization_config.module_name_configs.silent.op_output_spec is left out");
    }

    @Test
    void weightsHaveTheirOwnSpecs() throws IOException {
        CommandRun run = run(
                write(
                        "c.json",
                        "{\"quantization_config\":{\"global_config\":{\"op_state_spec\":{\"weight\":\"w4\"}}}}"),
                "--target",
                "weight",
                "--tensor",
                "run/fc.weight");
        assertThat(run.out()).startsWith("run/fc.weight\t{\"dtype\":\"int4\",").endsWith(".op_state_spec.weight\n");
    }

    @Test
    void entriesByATypeThatNoModuleIsKnownToHaveAreWarnedOf() throws IOException {
        Path file = write("c.yaml", CONFIG);
        CommandRun run = run(file);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(file + ": valid, 2 specs\n");
        assertThat(run.err())
                .isEqualTo("quantflux: warning: module_type_configs [torch.nn.modules.linear.Linear] choose nothing: no"
                        + " --modules given\n");
    }

    @Test
    void whatIsWrongIsOneLine() throws IOException {
        Path missing = directory.resolve("none.yaml");
        run(missing).failed(2, "cannot read config " + missing + ": no such file: " + missing);
        Path typo = write("typo.yml", "quantization_config: {globel_config: {}}");
        run(typo)
                .failed(
                        2,
                        typo
                                + ": quantization_config.globel_config was an object but is no key here; did you mean global_config? known keys are [",
                        "] (line 1, column 23)");
        Path extra =
                write("x.yaml", "quantization_config: {global_config: {op_output_spec: {0: {qscheem: symmetric}}}}");
        run(extra)
                .failed(
                        2,
                        extra + ": quantization_config.global_config.op_output_spec.0.qscheem was symmetric but",
                        "fields known are [dtype, qscheme,",
                        "averaging_constant",
                        "did you mean qscheme? ",
                        "] (line 1, column 60)");
        Path deep = write(
                "deep.json",
                "{\"quantization_config\":\n {\"global_config\": {\"op_output_spec\":\n  {\"0\": {\"dtype\": \"int88\"}}}}}");
        run(deep)
                .failed(
                        2,
                        deep + ": quantization_config.global_config.op_output_spec.0.dtype was int88",
                        "did you mean int8? ",
                        " (line 3, column 10)");
        Path yaml = write("bad.yaml", "a: [b\nc");
        run(yaml).failed(2, yaml + ": yaml was not readable", "at line 2");
        Path json = write("bad.json", "quantization_config: {}");
        run(json)
                .failed(
                        2,
                        json + ": json was not readable but expected one object: Unrecognized token",
                        " at line 1, column 1");
        Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {(byte) 0xe4, 'a'});
        run(latin).failed(2, "cannot read config " + latin + ": not UTF-8 text");
        run(directory).failed(2, "cannot read config " + directory + ": Is a directory");
        Path good = write("c.yaml", "quantization_config: {}");
        run(good, "--modules", write("m.yaml", "fc: 3"))
                .failed(2, "module fc was 3 but must be a fully qualified type");
        run(good, "--tensor", "run/é").failed(2, "tensor id was");
        run(good, "--target", "bias").failed(2, "target was bias");
        run(good, "--spec", "a9").failed(2, "cannot read spec a9");
    }
}
