// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The function that docs/topics.md gives Python cuts a tensor into chunks that are understood")
class ChunkedFromPythonTest {
    private static final String STAND_IN = """
            import sys, zlib

            class Producer:
                def produce(self, topic, key, value, headers):
                    print(value.hex(), *[name + "=" + text for name, text in headers])
                def poll(self, timeout):
                    pass

            """;
    private static final int SIZE = 20;

    @TempDir
    Path directory;

    @Test
    void andPutTogetherAgain() throws Exception {
        byte[] message = ActivationCodec.encode(Examples.ACTIVATION);
        List<String> lines = run(STAND_IN + function() + "\nproduce_in_chunks(Producer(), 'run/x', bytes.fromhex('"
                + HexFormat.of().formatHex(message) + "'), 'trainer', '7', " + SIZE + ")\n");

        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        long crc32 = 0;
        for (int index = 0; index < lines.size(); index++) {
            String[] words = lines.get(index).split(" ");
            byte[] value = HexFormat.of().parseHex(words[0]);
            Map<String, byte[]> headers = new HashMap<>();
            Arrays.stream(words)
                    .skip(1)
                    .map(word -> word.split("="))
                    .forEach(pair -> headers.put(pair[0], pair[1].getBytes(StandardCharsets.UTF_8)));
            ChunkHeader header = ChunkHeader.read(headers::get, value.length);
            assertThat(header.index()).isEqualTo(index);
            assertThat(header.count()).isEqualTo(lines.size());
            assertThat(header.at()).isEqualTo(whole.size());
            crc32 = header.crc32();
            whole.writeBytes(value);
        }
        CRC32 crc = new CRC32();
        crc.update(message);
        assertThat(lines).hasSizeGreaterThan(2);
        assertThat(crc32).isEqualTo(crc.getValue());
        assertThat(ActivationCodec.decode(ByteBuffer.wrap(whole.toByteArray()))).isEqualTo(Examples.ACTIVATION);
    }

    private static String function() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "topics.md"));
        int from = page.indexOf("def produce_in_chunks");
        return page.substring(from, page.indexOf("```", from));
    }

    private List<String> run(String program) throws Exception {
        Path file = Files.writeString(directory.resolve("chunks.py"), program);
        Path output = directory.resolve("out.txt");
        Process python;
        try {
            python = new ProcessBuilder("python3", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no python3 here");
            throw e;
        }
        assertThat(python.waitFor()).as(() -> text(output)).isZero();
        return Files.readAllLines(output);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
