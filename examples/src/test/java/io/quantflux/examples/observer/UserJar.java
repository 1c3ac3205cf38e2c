// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.observer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Makes a jar of the sources under {@code own-components}, with the compiler and outside this build, as a user does. */
final class UserJar {
    static final Path SOURCES = Path.of("src", "test", "resources", "own-components");

    private UserJar() {}

    /** Compiles into {@code work} and writes {@code own-components.jar} to {@code folder}. */
    static Path build(Path work, Path folder) throws IOException {
        Path classes = Files.createDirectories(work.resolve("classes"));
        compile(classes);
        Path services = SOURCES.resolve("META-INF");
        Path jar = Files.createDirectories(folder).resolve("own-components.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            add(entries, classes, classes);
            add(entries, SOURCES, services);
        }
        return jar;
    }

    private static void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (Stream<Path> sources = Files.walk(SOURCES);
                StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> java =
                    sources.filter(file -> file.toString().endsWith(".java")).toList();
            List<String> options =
                    List.of("--release", "17", "-classpath", classPath(), "-d", classes.toString(), "-proc:none");
            if (!compiler.getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
                    .call()) {
                throw new AssertionError(messages);
            }
        }
    }

    /** Surefire hides the class path in a jar's manifest. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static void add(JarOutputStream jar, Path root, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                jar.putNextEntry(new JarEntry(root.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }
}
