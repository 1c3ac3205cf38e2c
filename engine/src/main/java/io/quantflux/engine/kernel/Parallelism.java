// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Who works on a large tensor: results are the same whoever does.
 *
 * <p>A tensor is cut into parts of {@link #PART} elements; tasks take neighbouring parts, {@link #TASK} elements at least, and what they found is put together
 * in order.
 */
public interface Parallelism {
    /** Elements of a part. */
    int PART = 64 * ElementReader.CHUNK;

    /** Elements that a task has at least: with fewer, waking another thread took longer than its share of the work. */
    int TASK = 4 * PART;

    /** The calling thread alone. */
    Parallelism NONE = new Parallelism() {
        @Override
        public int tasks() {
            return 1;
        }

        @Override
        public void run(int tasks, IntConsumer task) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
        }
    };

    /** {@return into how many tasks to cut a tensor at most; less than 1 counts as 1} */
    int tasks();

    /**
     * Runs a task for 0 to {@code tasks - 1} in any order, and returns when all are done.
     *
     * @param tasks how many
     * @param task takes its number; what it throws is thrown here
     */
    void run(int tasks, IntConsumer task);

    /**
     * {@return tasks shared by the calling thread and the JVM's common pool, which has a thread for each further processor}
     *
     * <p>The caller sleeps where others finish last: not for threads that must not block.
     *
     * @param tasks into how many tasks to cut a tensor at most
     */
    static Parallelism commonPool(int tasks) {
        return new Parallelism() {
            @Override
            public int tasks() {
                return tasks;
            }

            @Override
            public void run(int count, IntConsumer task) {
                IntStream.range(0, count).parallel().forEach(task);
            }
        };
    }
}
