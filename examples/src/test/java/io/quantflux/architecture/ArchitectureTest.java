// SPDX-License-Identifier: Apache-2.0
package io.quantflux.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** Dependencies point one way, and each library stays in the packages that are about it. */
@AnalyzeClasses(packages = "io.quantflux", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PLAIN = {"java..", "org.jspecify.."};

    @ArchTest
    static final ArchRule modules_depend_one_way = CompositeArchRule.of(
                    usedBy("spec", "engine", "avro", "client", "embedded", "streaming", "examples"))
            .and(usedBy("engine", "streaming", "examples"))
            .and(usedBy("avro", "client", "streaming", "examples"))
            .and(usedBy("client", "streaming", "examples"))
            .and(usedBy("embedded", "examples"))
            .and(usedBy("streaming", "examples"))
            .and(usedBy("examples"));

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

    /** A module, by its package, and the others that may depend on it. */
    private static ArchRule usedBy(String module, String... users) {
        return classes()
                .that()
                .resideInAPackage(within(module))
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(Stream.concat(Stream.of(module), Arrays.stream(users))
                        .map(ArchitectureTest::within)
                        .toArray(String[]::new));
    }

    private static String within(String module) {
        return "io.quantflux." + module + "..";
    }

    private static String[] with(String... packages) {
        String[] all = Arrays.copyOf(PLAIN, PLAIN.length + packages.length);
        System.arraycopy(packages, 0, all, PLAIN.length, packages.length);
        return all;
    }
}
