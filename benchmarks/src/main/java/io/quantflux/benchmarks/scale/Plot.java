// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Curves as a PNG, one a panel; both axes are logarithmic and a dotted line shows what was expected. */
final class Plot {
    private static final int COLUMNS = 3;
    private static final int WIDTH = 330;
    private static final int HEIGHT = 230;
    private static final int LEFT = 58;
    private static final int RIGHT = 14;
    private static final int TOP = 30;
    private static final int BOTTOM = 42;
    private static final Color INK = new Color(0x1f2933);
    private static final Color FAINT = new Color(0xd5dbe1);
    private static final Color LINE = new Color(0x0b63c4);
    private static final Color EXPECTED = new Color(0x8a97a5);
    private static final String[] PREFIXES = {"", "k", "M", "G"};

    private Plot() {}

    static void write(List<Curve> curves, Path file) throws IOException {
        int rows = (curves.size() + COLUMNS - 1) / COLUMNS;
        BufferedImage image = new BufferedImage(COLUMNS * WIDTH, rows * HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int i = 0; i < curves.size(); i++) {
            Graphics2D panel = (Graphics2D) g.create(i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT, WIDTH, HEIGHT);
            new Panel(panel, curves.get(i)).draw();
            panel.dispose();
        }
        g.dispose();
        ImageIO.write(image, "png", file.toFile());
    }

    /** One curve. */
    private static final class Panel {
        private final Graphics2D g;
        private final Curve curve;
        private final Axis x;
        private final Axis y;

        Panel(Graphics2D g, Curve curve) {
            this.g = g;
            this.curve = curve;
            x = Axis.of(curve.points().stream().mapToDouble(Curve.Point::at).toArray(), LEFT, WIDTH - RIGHT);
            y = Axis.of(curve.points().stream().mapToDouble(Curve.Point::value).toArray(), HEIGHT - BOTTOM, TOP);
        }

        void draw() {
            g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
            g.setColor(INK);
            g.drawString(curve.title(), LEFT - 44, 18);
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
            for (double tick : y.ticks()) {
                line(FAINT, 1, LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
                text(label(tick), LEFT - 5, y.at(tick) + 4, 1);
            }
            for (double tick : x.ticks()) {
                line(FAINT, 1, x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
                text(label(tick), x.at(tick), HEIGHT - BOTTOM + 14, 0.5);
            }
            text(curve.work() + "  (vertical: " + curve.cost() + ")", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, 0.5);
            expected();
            Curve.Point before = null;
            for (Curve.Point point : curve.points()) {
                if (before != null) {
                    line(LINE, 2, x.at(before.at()), y.at(before.value()), x.at(point.at()), y.at(point.value()));
                }
                g.setColor(LINE);
                g.fill(new Ellipse2D.Double(x.at(point.at()) - 3, y.at(point.value()) - 3, 6, 6));
                before = point;
            }
        }

        /** From the largest amount of work back; nothing is expected beyond the number of processors. */
        private void expected() {
            if (curve.expected() == Curve.Growth.UP_TO_CORES) {
                return;
            }
            Curve.Point last = curve.points().get(curve.points().size() - 1);
            Curve.Point first = curve.points().get(0);
            double start = curve.expected() == Curve.Growth.FLAT ? last.value() : last.value() * first.at() / last.at();
            g.setColor(EXPECTED);
            g.setStroke(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {2, 4}, 0));
            g.clipRect(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
            g.draw(new Line2D.Double(x.at(first.at()), y.at(start), x.at(last.at()), y.at(last.value())));
            g.setClip(null);
        }

        private void line(Color color, float width, double x1, double y1, double x2, double y2) {
            g.setColor(color);
            g.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.draw(new Line2D.Double(x1, y1, x2, y2));
        }

        /** @param share of the text's width that is left of {@code atX} */
        private void text(String text, double atX, double atY, double share) {
            g.setColor(INK);
            g.drawString(text, (float) (atX - share * g.getFontMetrics().stringWidth(text)), (float) atY);
        }

        /** 4096 as 4.1k. */
        private static String label(double value) {
            double shown = value;
            int prefix = 0;
            while (shown >= 999.5 && prefix < PREFIXES.length - 1) {
                shown /= 1000;
                prefix++;
            }
            return String.format(Locale.ROOT, shown == Math.rint(shown) ? "%.0f%s" : "%.1f%s", shown, PREFIXES[prefix]);
        }
    }

    /** A logarithmic scale from whole decade to whole decade, or from 1 to 2 to 5 where that is less. */
    private record Axis(double low, double high, double from, double to) {
        static Axis of(double[] values, double from, double to) {
            double least = Double.POSITIVE_INFINITY;
            double most = 0;
            for (double value : values) {
                least = Math.min(least, Math.max(value, 1e-9));
                most = Math.max(most, value);
            }
            return new Axis(step(least * 0.999, false), step(most * 1.001, true), from, to);
        }

        /** The next of 1, 2, 5, 10, … below or above. */
        private static double step(double value, boolean up) {
            double decade = Math.pow(10, Math.floor(Math.log10(value)));
            for (double of : up ? new double[] {1, 2, 5, 10} : new double[] {5, 2, 1}) {
                if (up ? of * decade >= value : of * decade <= value) {
                    return of * decade;
                }
            }
            return decade;
        }

        double at(double value) {
            return from + (to - from) * (Math.log(value / low) / Math.log(high / low));
        }

        /** At most eight: decades, or 1, 2 and 5 of each. */
        List<Double> ticks() {
            boolean fine = Math.log10(high / low) <= 2.5;
            int every = Math.log10(high / low) > 5 ? 2 : 1;
            List<Double> ticks = new ArrayList<>();
            int decades = 0;
            for (double decade = Math.pow(10, Math.floor(Math.log10(low))); decade <= high * 1.001; decade *= 10) {
                for (double of : fine ? new double[] {1, 2, 5} : new double[] {1}) {
                    double tick = of * decade;
                    if (tick >= low * 0.999 && tick <= high * 1.001 && decades % every == 0) {
                        ticks.add(tick);
                    }
                }
                decades++;
            }
            return ticks;
        }
    }
}
