// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.yaml;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Places;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.SpecFields;
import io.quantflux.spec.config.QuantizationConfig;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads specs and configs from YAML, as the reference writes them: anchors, aliases and merge keys included.
 *
 * <p>One document of at most {@value #MAX_CHARACTERS} characters, plain values only. A key given twice, a tag of a class,
 * an anchor that contains itself, and aliases that unfold into more than {@value PlainTree#MAX_VALUES} values are refused.
 */
public final class SpecYaml {
    static final int MAX_CHARACTERS = 1 << 20;

    private SpecYaml() {}

    /**
     * {@return a spec from YAML}
     *
     * @param yaml at most one document
     * @throws InvalidSpecException if the text is no YAML mapping or a field of it is wrong
     */
    public static QuantizationSpec read(String yaml) {
        return SpecFields.read(tree(yaml));
    }

    /**
     * {@return a config from YAML}
     *
     * @param yaml at most one document
     * @throws InvalidSpecException if the text is no YAML mapping or something in it is wrong
     */
    public static QuantizationConfig readConfig(String yaml) {
        return QuantizationConfig.read(tree(yaml));
    }

    /**
     * {@return a mapping as plain Java values}
     *
     * @param yaml at most one document
     * @throws InvalidSpecException if the text is no YAML mapping
     */
    public static Map<String, @Nullable Object> tree(String yaml) {
        Object value;
        try {
            value = plain().load(yaml);
        } catch (MarkedYAMLException e) {
            throw new InvalidSpecException("yaml", "not readable", "expected one plain document: " + problem(e));
        } catch (YAMLException e) {
            throw new InvalidSpecException(
                    "yaml",
                    "not readable",
                    "expected one plain document: "
                            + String.valueOf(e.getMessage()).strip());
        }
        if (!(value instanceof Map<?, ?> mapping)) {
            throw new InvalidSpecException("yaml", kind(value), "must be a mapping");
        }
        return new PlainTree().mapping(mapping);
    }

    /**
     * Where the fields of a text stand, for errors that name one of them.
     *
     * @param yaml a text that {@link #tree} reads
     * @return the places of keys and list items, counted from 1; what an alias stands for is where its anchor is
     */
    public static Places places(String yaml) {
        try {
            Node document = plain().compose(new StringReader(yaml));
            return document == null ? new Places() : YamlPlaces.of(document);
        } catch (YAMLException e) {
            return new Places(); // said by whoever reads the text
        }
    }

    private static Yaml plain() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE); // they are counted as they unfold
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(PlainTree.MAX_DEPTH);
        return new Yaml(new SafeConstructor(options));
    }

    private static String kind(@Nullable Object value) {
        if (value == null) {
            return "empty";
        }
        return value instanceof List ? "a list" : String.valueOf(value);
    }

    private static String problem(MarkedYAMLException e) {
        String where = e.getProblemMark() == null
                ? ""
                : " at line " + (e.getProblemMark().getLine() + 1) + ", column "
                        + (e.getProblemMark().getColumn() + 1);
        return e.getProblem() + where;
    }
}
