// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.yaml;

import io.quantflux.spec.Places;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Walks a composed document for the places of its fields, within the limits of {@link PlainTree}. */
final class YamlPlaces {
    private final Places places = new Places();
    private int values;

    private YamlPlaces() {}

    static Places of(Node document) {
        YamlPlaces walk = new YamlPlaces();
        walk.value("", document, 1);
        return walk.places;
    }

    private void value(String path, Node node, int depth) {
        if (depth > PlainTree.MAX_DEPTH || ++values > PlainTree.MAX_VALUES) {
            return;
        }
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key) {
                    String field = (path.isEmpty() ? "" : path + ".") + key.getValue();
                    add(field, key.getStartMark());
                    value(field, entry.getValueNode(), depth + 1);
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            for (int i = 0; i < sequence.getValue().size(); i++) {
                Node item = sequence.getValue().get(i);
                add(path + "[" + i + "]", item.getStartMark());
                value(path + "[" + i + "]", item, depth + 1);
            }
        }
    }

    private void add(String path, Mark at) {
        places.add(path, at.getLine() + 1, at.getColumn() + 1);
    }
}
