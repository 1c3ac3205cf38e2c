// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJarTest {
    @TempDir
    Path home;

    private Path service;
    private Path out;

    @BeforeEach
    void jars() throws IOException {
        Path lib = Files.createDirectories(home.resolve("lib"));
        service = lib.resolve("service.jar");
        out = Files.createDirectories(home.resolve("archives")).resolve("run.jar");
        jar(
                service,
                Map.of("Class-Path", "a.jar b.jar gone.jar", "Main-Class", "s.Main", "Implementation-Version", "7"),
                "s/Main.class",
                "main");
        jar(lib.resolve("a.jar"), Map.of(), "a/Both.class", "of a", "a/Unused.class", "unused", "a/text", "a text");
        jar(
                lib.resolve("b.jar"),
                Map.of("Multi-Release", "true"),
                "a/Both.class",
                "of b",
                "b/Old.class",
                "for all",
                "META-INF/versions/9/b/Old.class",
                "from 9 on",
                "META-INF/versions/999/b/Old.class",
                "from 999 on");
    }

    @Test
    void hasTheListedClassesOfTheFirstJarThatHasThem() throws IOException {
        write(
                "# a comment",
                "s/Main id: 1",
                "java/lang/Object id: 2",
                "@lambda-proxy a/Unused run",
                "a/Both id: 3",
                "b/Old");
        try (JarFile jar = new JarFile(out.toFile())) {
            assertThat(jar.stream().map(JarEntry::getName).toList())
                    .containsExactly("META-INF/MANIFEST.MF", "s/Main.class", "a/Both.class", "b/Old.class");
            assertThat(text(jar, "a/Both.class")).isEqualTo("of a");
            assertThat(text(jar, "b/Old.class")).isEqualTo("from 9 on");
        }
    }

    @Test
    void standsInForTheServiceFromAnotherFolder() throws IOException {
        write("s/Main");
        try (JarFile jar = new JarFile(out.toFile())) {
            Attributes main = jar.getManifest().getMainAttributes();
            assertThat(main.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo("s.Main");
            assertThat(main.getValue(Attributes.Name.IMPLEMENTATION_VERSION)).isEqualTo("7");
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {out.toUri().toURL()}, null);
                InputStream in = loader.getResourceAsStream("a/text")) {
            assertThat(in).hasContent("a text");
        }
    }

    @Test
    void namesAClassOnce() throws IOException {
        write("s/Main id: 1", "s/Main id: 2");
        try (JarFile jar = new JarFile(out.toFile())) {
            assertThat(jar.stream().map(JarEntry::getName)).containsOnlyOnce("s/Main.class");
        }
    }

    private void write(String... lines) throws IOException {
        RunJar.write(Files.write(home.resolve("run.classes"), List.of(lines)), service, out);
    }

    private static String text(JarFile jar, String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getJarEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void jar(Path path, Map<String, String> attributes, String... namesAndTexts) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach(manifest.getMainAttributes()::putValue);
        try (OutputStream file = Files.newOutputStream(path);
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                jar.putNextEntry(new JarEntry(namesAndTexts[i]));
                jar.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
    }
}
