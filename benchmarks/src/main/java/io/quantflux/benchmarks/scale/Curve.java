// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A cost over an amount of work.
 *
 * @param name as in the output's key {@code curve}
 * @param title what is done
 * @param work unit of {@code at}: what there is more of
 * @param cost unit of {@code value}
 * @param expected how it should run
 */
record Curve(String name, String title, String work, String cost, Growth expected, List<Point> points) {
    Curve(String name, String title, String work, String cost, Growth expected) {
        this(name, title, work, cost, expected, new ArrayList<>());
    }

    /** How a cost should grow with the work. */
    enum Growth {
        FLAT,
        LINEAR,
        /** As far as there are processors. */
        UP_TO_CORES
    }

    record Point(double at, double value) {}

    Point add(double at, double value) {
        Point point = new Point(at, value);
        points.add(point);
        return point;
    }

    /** Largest value of all points divided by the smallest. */
    double spread() {
        double least = points.stream().mapToDouble(Point::value).min().orElse(Double.NaN);
        double most = points.stream().mapToDouble(Point::value).max().orElse(Double.NaN);
        return most / least;
    }

    String json(Point point) {
        return String.format(
                Locale.ROOT,
                "{\"curve\":\"%s\",\"at\":%.0f,\"of\":\"%s\",\"value\":%.4g,\"unit\":\"%s\"}",
                name,
                point.at(),
                work,
                point.value(),
                cost);
    }

    String text(Point point) {
        return String.format(Locale.ROOT, "%-24s %12.0f %-12s %12.4g %s", name, point.at(), work, point.value(), cost);
    }
}
