// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.quantflux.streaming.config.ProcessorConfig;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComposeFileTest {
    private final JsonNode services = ComposeFile.read().path("services");

    @Test
    void itIsValidUnderTheSchemaOfTheComposeSpecification() throws Exception {
        String text = Files.readString(Tools.repository("docker-compose.yml"));
        assertThat(problems(text)).isEmpty();
        // the check checks
        assertThat(problems(text.replace("restart: unless-stopped", "restrat: unless-stopped")))
                .isNotEmpty();
        assertThat(problems(text.replace("retries: 6", "retires: 6"))).isNotEmpty();
    }

    private static Set<ValidationMessage> problems(String compose) throws Exception {
        try (InputStream file = ComposeFileTest.class.getResourceAsStream("/compose/compose-spec.json")) {
            ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(file);
            tree.remove("$id"); // relative to nothing; no reference needs it
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(tree);
            return schema.validate(ComposeFile.parse(compose));
        }
    }

    @Test
    void everyServiceIsPinnedUnprivilegedAndOnThisMachineOnly() {
        services.properties().forEach(entry -> {
            JsonNode service = entry.getValue();
            String name = entry.getKey();
            assertThat(service.path("image").asText())
                    .as(name)
                    .matches(".+:[^:]+")
                    .doesNotEndWith(":latest");
            assertThat(service.path("cap_drop").toString()).as(name).isEqualTo("[\"ALL\"]");
            assertThat(service.path("security_opt").toString()).as(name).contains("no-new-privileges:true");
            assertThat(service.path("read_only").asBoolean()).as(name).isEqualTo(!name.equals("kafka"));
            boolean ours = service.has("build"); // the image's own user is checked with the image
            assertThat(service.path("user").asText("0").startsWith("0"))
                    .as(name)
                    .isEqualTo(ours);
            service.path("ports")
                    .forEach(port -> assertThat(port.asText()).as(name).startsWith("127.0.0.1:"));
        });
    }

    @Test
    void longRunningServicesHaveAHealthCheckAndThoseTheyNeedComeFirst() {
        for (String name : List.of("kafka", "processor", "prometheus", "grafana")) {
            assertThat(services.path(name).path("healthcheck").path("test").size())
                    .as(name)
                    .isPositive();
        }
        assertThat(services.at("/processor/depends_on/topics/condition").asText())
                .isEqualTo("service_completed_successfully");
        assertThat(services.at("/topics/depends_on/kafka/condition").asText()).isEqualTo("service_healthy");
        assertThat(services.at("/registry/profiles").toString()).isEqualTo("[\"registry\"]");
    }

    @Test
    void theProcessorsVariablesAreAConfiguration() {
        Map<String, String> values = new HashMap<>();
        services.at("/processor/environment")
                .properties()
                .forEach(variable -> values.put(
                        variable.getKey()
                                .substring("QUANTFLUX_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        variable.getValue().asText()));
        ProcessorConfig config = new ProcessorConfig(values);
        assertThat(services.at("/processor/ports/0").asText()).endsWith(":" + config.httpPort());
        String grace = services.at("/processor/stop_grace_period").asText().replace("s", "");
        assertThat(Integer.parseInt(grace))
                .isGreaterThan((int) config.shutdownTimeout().toSeconds() + 15);
    }

    @Test
    void whatIsMountedIsThere() {
        List<String> sources = new ArrayList<>();
        services.forEach(service -> service.path("volumes").forEach(volume -> {
            String source = volume.asText().split(":", 2)[0];
            if (source.startsWith("./")) {
                sources.add(source);
            }
        }));
        assertThat(sources).hasSize(3).allSatisfy(source -> {
            Path path = Tools.repository(source);
            assertThat(path).isNotEmptyDirectory();
        });
        String home = services.at("/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                .asText();
        assertThat(Tools.repository(home.replace("/etc/grafana", "deploy/grafana")))
                .exists();
    }

    @Test
    void theTwoWaysToBuildTheImageAgree() throws Exception {
        String dockerfile = Files.readString(Tools.repository("Dockerfile"));
        String pom = Files.readString(Tools.repository("streaming/pom.xml"));
        JsonNode entryPoint =
                new ObjectMapper().readTree(dockerfile.replaceAll("(?s).*\\nENTRYPOINT (\\[[^]]*]).*", "$1"));
        List<String> flags = new ArrayList<>();
        entryPoint.forEach(word -> flags.add(word.asText()));
        assertThat(flags.subList(1, flags.size() - 3))
                .hasSize(9)
                .hasSize(pom.split("<jvmFlag>", -1).length - 1)
                .allSatisfy(flag -> assertThat(pom).contains("<jvmFlag>" + flag + "</jvmFlag>"));
        assertThat(pom).contains("<mainClass>" + flags.get(flags.size() - 1) + "</mainClass>");
        String base = dockerfile.replaceAll("(?s).*\\nFROM ([^ \\n]*)\\n.*", "$1");
        assertThat(pom).contains("<from><image>" + base + "</image></from>");
        String user = dockerfile.replaceAll("(?s).*\\nUSER ([^\\n]*)\\n.*", "$1");
        assertThat(pom).contains("<user>" + user + "</user>");
    }
}
