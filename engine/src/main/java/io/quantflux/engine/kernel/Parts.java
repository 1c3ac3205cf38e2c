// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** A tensor's parts and the tasks that share them. */
record Parts(int elements, int tasks) {
    static Parts of(int elements, Parallelism parallelism) {
        int worthwhile = Math.max(1, count(elements) / (Parallelism.TASK / Parallelism.PART));
        return new Parts(elements, Math.min(worthwhile, Math.max(1, parallelism.tasks())));
    }

    private static int count(int elements) {
        return (int) (((long) elements + Parallelism.PART - 1) / Parallelism.PART);
    }

    int count() {
        return count(elements);
    }

    /** The first part of a task; that of the next task is where it ends. */
    int firstOf(int task) {
        return (int) ((long) count() * task / tasks);
    }

    int start(int part) {
        return (int) Math.min(elements, (long) part * Parallelism.PART);
    }
}
