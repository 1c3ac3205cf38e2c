// SPDX-License-Identifier: Apache-2.0
package io.quantflux.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** Dependencies point one way, and each library stays in the packages that are about it. */
@AnalyzeClasses(packages = "io.quantflux", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PLAIN = {"java..", "org.jspecify.."};

    @ArchTest
    static final ArchRule modules_depend_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("spec-model")
            .definedBy("io.quantflux.spec..")
            .layer("engine")
            .definedBy("io.quantflux.engine..")
            .layer("avro-schemas")
            .definedBy("io.quantflux.avro..")
            .layer("client")
            .definedBy("io.quantflux.client..")
            .layer("embedded-kafka")
            .definedBy("io.quantflux.embedded..")
            .layer("streaming")
            .definedBy("io.quantflux.streaming..")
            .layer("examples")
            .definedBy("io.quantflux.examples..")
            .whereLayer("examples")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("streaming")
            .mayOnlyBeAccessedByLayers("examples")
            .whereLayer("embedded-kafka")
            .mayOnlyBeAccessedByLayers("examples")
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("streaming", "examples")
            .whereLayer("avro-schemas")
            .mayOnlyBeAccessedByLayers("client", "streaming", "examples")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("streaming", "examples");

    @ArchTest
    static final ArchRule the_vocabulary_is_plain_java = classes()
            .that()
            .resideInAPackage("io.quantflux.spec..")
            .and()
            .resideOutsideOfPackages("io.quantflux.spec.json..", "io.quantflux.spec.yaml..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with("io.quantflux.spec..", "com.google.re2j..")); // names are matched in linear time

    @ArchTest
    static final ArchRule the_vocabulary_knows_no_text_format = noClasses()
            .that()
            .resideOutsideOfPackages("io.quantflux.spec.json..", "io.quantflux.spec.yaml..")
            .and()
            .resideInAPackage("io.quantflux.spec..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.fasterxml..", "org.yaml..", "io.quantflux.spec.json..", "io.quantflux.spec.yaml..");

    @ArchTest
    static final ArchRule only_the_face_of_the_engine_knows_nd4j = noClasses()
            .that()
            .resideInAPackage("io.quantflux..")
            .and()
            .resideOutsideOfPackages("io.quantflux.engine.nd4j..", "io.quantflux.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.nd4j..");

    @ArchTest
    static final ArchRule the_engine_is_arithmetic = noClasses()
            .that()
            .resideInAPackage("io.quantflux.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.net..",
                    "java.nio.file..",
                    "java.time..",
                    "java.util.concurrent..",
                    "org.slf4j..",
                    "reactor..",
                    "org.apache.kafka..");

    @ArchTest
    static final ArchRule wire_classes_never_leave_their_codecs = noClasses()
            .that()
            .resideOutsideOfPackage("io.quantflux.avro..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quantflux.avro.wire..", "org.apache.avro..");

    @ArchTest
    static final ArchRule a_shard_is_a_pure_fold = classes()
            .that()
            .resideInAnyPackage("io.quantflux.streaming.shard..", "io.quantflux.streaming.chunk..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    "io.quantflux.streaming.shard..",
                    "io.quantflux.streaming.chunk..",
                    "io.quantflux.spec..",
                    "io.quantflux.engine..",
                    "io.quantflux.avro.."));

    @ArchTest
    static final ArchRule kafka_stays_at_the_edges = noClasses()
            .that()
            .resideInAPackage("io.quantflux..")
            .and()
            .resideOutsideOfPackages(
                    "io.quantflux.streaming.kafka..",
                    "io.quantflux.streaming.config..", // its keys are also those of Kafka's clients
                    "io.quantflux.client..",
                    "io.quantflux.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.clients..");

    @ArchTest
    static final ArchRule http_stays_in_its_package = noClasses()
            .that()
            .resideInAPackage("io.quantflux..")
            .and()
            .resideOutsideOfPackage("io.quantflux.streaming.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor.netty..", "io.netty..");

    @ArchTest
    static final ArchRule the_command_line_stays_in_its_packages = noClasses()
            .that()
            .resideInAPackage("io.quantflux..")
            .and()
            .resideOutsideOfPackages(
                    "io.quantflux.streaming.cli..", "io.quantflux.examples.demo..", "io.quantflux.examples.archive..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    private static String[] with(String... packages) {
        String[] all = Arrays.copyOf(PLAIN, PLAIN.length + packages.length);
        System.arraycopy(packages, 0, all, PLAIN.length, packages.length);
        return all;
    }
}
