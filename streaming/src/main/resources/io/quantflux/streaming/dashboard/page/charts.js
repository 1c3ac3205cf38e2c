// SPDX-License-Identifier: Apache-2.0
// Line charts over training steps, drawn by uPlot.

import uPlot from "./vendor/uplot.js";
import { h } from "./elements.js";
import { real, whole } from "./format.js";
import { colour, onTheme } from "./theme.js";

const HEIGHT = 190;
const all = new Set();
onTheme(() => all.forEach((chart) => chart.rebuild()));
let pending = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => all.forEach((chart) => chart.resize()));
});

/** A chart in a figure of its own: a title, the plot, a legend that shows the newest values, or those under the cursor. */
export class LineChart {
  #plot = null;
  #host = h("div", { class: "plot" });
  #data = null;
  #options;

  /** series: {label, colour, dash?, width?, fill?: index of the series the area reaches to, format?} */
  constructor(title, options) {
    this.#options = options;
    this.element = h("figure", { class: "card chart" }, h("figcaption", {}, title), this.#host);
    this.#host.setAttribute("role", "img");
    this.title = title;
    all.add(this);
  }

  /** data: [x, y1, y2, …]; summary: the same in words. */
  show(data, summary) {
    this.#host.setAttribute("aria-label", `${this.title}: ${summary}`);
    this.#data = data;
    if (!this.#plot) this.rebuild();
    else if (this.#plot.cursor.idx === null || this.#plot.cursor.idx === undefined || !this.#hovered()) {
      this.#plot.setData(data);
      this.#newest();
    } else this.#plot.setData(data);
  }

  #hovered() {
    return this.#plot.cursor.left >= 0;
  }

  /** Without a cursor the legend shows the last point. */
  #newest() {
    const last = this.#data[0].length - 1;
    if (last >= 0) this.#plot.setLegend({ idx: last });
  }

  resize() {
    const width = this.#host.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  rebuild() {
    if (!this.#data) return;
    this.#plot?.destroy();
    const o = this.#options;
    const axis = {
      stroke: colour("muted"),
      grid: { stroke: colour("grid"), width: 1 },
      ticks: { stroke: colour("grid"), width: 1, size: 4 },
      font: "11px system-ui, sans-serif",
    };
    const value = o.format ?? ((v) => real(v, 5));
    const bands = [];
    const series = o.series.map((s, i) => {
      if (s.fillTo !== undefined) bands.push({ series: [i + 1, s.fillTo + 1], fill: `${colour(s.colour)}26` });
      return {
        label: s.label,
        stroke: colour(s.colour),
        width: s.width ?? 1.5,
        dash: s.dash,
        spanGaps: true,
        points: { show: (u) => u.data[0].length < 3, size: 5, fill: colour(s.colour) }, // of one point there is no line
        value: (u, v) => (v === null || v === undefined ? "–" : value(v)),
      };
    });
    this.#plot = new uPlot(
      {
        width: Math.max(200, this.#host.clientWidth),
        height: HEIGHT,
        padding: [8, 22, 0, 0],
        scales: { x: { time: false }, y: { range: o.range } },
        cursor: { y: false, points: { size: 6 }, drag: { x: true, y: false } },
        legend: { live: true },
        axes: [
          { ...axis, values: (u, ticks) => ticks.map((t) => whole(t)), space: 60, size: 30 },
          { ...axis, size: 58, incrs: o.incrs, values: (u, ticks) => ticks.map((t) => (o.axis ?? value)(t)) },
        ],
        series: [{ label: o.x ?? "step", value: (u, v) => (v === null || v === undefined ? "–" : whole(v)) }, ...series],
        bands,
        hooks: {
          setCursor: [(u) => (u.cursor.left < 0 ? queueMicrotask(() => this.#plot === u && this.#newest()) : undefined)],
        },
      },
      this.#data,
      this.#host,
    );
    this.#newest();
  }

  remove() {
    this.#plot?.destroy();
    this.#plot = null;
    all.delete(this);
  }
}
