// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipFile;

/**
 * The classes that a start loads, in one jar that stands before the service's own: from one jar the JVM loads archived classes
 * in less time than from eighty, by a tenth of a start. All else, resources too, is found where it was.
 */
final class RunJar {
    private RunJar() {}

    /**
     * Writes {@code out}, which can be started in place of {@code service}.
     *
     * @param classList as {@code -XX:DumpLoadedClassList} gives it; only its classes' names are looked at
     * @param service a jar whose manifest names the others
     */
    static void write(Path classList, Path service, Path out) throws IOException {
        List<JarFile> jars = new ArrayList<>();
        try {
            jars.add(open(service));
            Manifest manifest = new Manifest(jars.get(0).getManifest());
            String others = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String other : others == null ? new String[0] : others.split(" ")) {
                Path jar = service.resolveSibling(other);
                if (Files.exists(jar)) {
                    jars.add(open(jar));
                }
            }
            Path folder = out.toAbsolutePath().resolveSibling("");
            String back = folder.relativize(service.toAbsolutePath()).toString();
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, back);
            try (OutputStream file = Files.newOutputStream(out);
                    JarOutputStream jar = new JarOutputStream(file, manifest)) {
                jar.setLevel(Deflater.NO_COMPRESSION);
                for (String name : names(classList)) {
                    copy(name, jars, jar);
                }
            }
        } finally {
            for (JarFile jar : jars) {
                jar.close();
            }
        }
    }

    /** As the running JVM would read it: with the classes meant for its version. */
    private static JarFile open(Path jar) throws IOException {
        return new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
    }

    /** Entries of classes; lines that begin otherwise are comments, and call sites. */
    private static List<String> names(Path classList) throws IOException {
        return Files.readAllLines(classList).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("@"))
                .map(line -> line.split(" ", 2)[0] + ".class")
                .distinct()
                .toList();
    }

    /** From the first jar that has it, as a class loader would; the JDK's classes are in none. */
    private static void copy(String name, List<JarFile> jars, JarOutputStream out) throws IOException {
        for (JarFile jar : jars) {
            JarEntry entry = jar.getJarEntry(name);
            if (entry != null) {
                out.putNextEntry(new JarEntry(name));
                try (InputStream in = jar.getInputStream(entry)) {
                    in.transferTo(out);
                }
                out.closeEntry();
                return;
            }
        }
    }
}
