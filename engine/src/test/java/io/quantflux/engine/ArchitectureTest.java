// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.quantflux.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyTheNd4jFaceKnowsNd4j = classes()
            .that()
            .resideOutsideOfPackage("io.quantflux.engine.nd4j..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.quantflux.spec..", "io.quantflux.engine..");

    @ArchTest
    static final ArchRule theCoreKnowsNoFace = noClasses()
            .that()
            .resideOutsideOfPackage("io.quantflux.engine.nd4j..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.quantflux.engine.nd4j..");

    @ArchTest
    static final ArchRule kernelsKnowOnlyTheVocabulary = classes()
            .that()
            .resideInAPackage("io.quantflux.engine.kernel..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.quantflux.spec..", "io.quantflux.engine.kernel..");

    @ArchTest
    static final ArchRule noThreadsNoFilesNoClock = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.util.concurrent..", "java.io..", "java.nio.file..", "java.time..", "java.util.logging..");
}
