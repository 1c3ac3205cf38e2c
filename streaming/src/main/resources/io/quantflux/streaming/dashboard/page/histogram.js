// SPDX-License-Identifier: Apache-2.0
// The distribution with the quantization grid over it, and the channels side by side: drawn on canvases of our own.

import { h, text } from "./elements.js";
import { plural, range, real, whole } from "./format.js";
import { colour, onTheme } from "./theme.js";

const HEIGHT = 190;
const LEFT = 8;
const BOTTOM = 20;
const FINEST_GRID = 5; // pixels between lines
const all = new Set();
onTheme(() => all.forEach((canvas) => canvas.redraw()));
addEventListener("resize", () => all.forEach((canvas) => canvas.redraw()));

class Drawing {
  #canvas = h("canvas", { role: "img" });
  #paint = null;
  #caption = h("figcaption");

  constructor(title) {
    this.title = title;
    this.note = h("p", { class: "note muted" });
    this.element = h("figure", { class: "card chart" }, this.#caption, h("div", { class: "plot" }, this.#canvas), this.note);
    all.add(this);
  }

  set title(title) {
    text(this.#caption, title);
  }

  draw(summary, paint) {
    this.#paint = paint;
    this.#canvas.setAttribute("aria-label", `${this.#caption.textContent}: ${summary}`);
    this.redraw();
  }

  redraw() {
    if (!this.#paint) return;
    const width = this.#canvas.parentElement.clientWidth;
    if (width === 0) return;
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = width * ratio;
    this.#canvas.height = HEIGHT * ratio;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${HEIGHT}px`;
    const context = this.#canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = "11px system-ui, sans-serif";
    this.#paint(context, width, HEIGHT);
  }

  remove() {
    all.delete(this);
  }
}

function label(context, words, x, y, align) {
  context.fillStyle = colour("muted");
  context.textAlign = align;
  context.fillText(words, x, y);
}

export class Histogram extends Drawing {
  constructor() {
    super("Values and the quantization grid");
  }

  /** histogram: of a sample; step size and zero for a single block, else none and only the limits are drawn. */
  show(histogram, scale, levels) {
    const { min, max, limitMin, limitMax, counts, beyond } = histogram;
    const total = counts.reduce((a, b) => a + b, 0);
    this.draw(`${whole(total)} sampled values between ${range(min, max)}, representable ${range(limitMin, limitMax)}`, (c, width, height) => {
      const x = (v) => LEFT + ((v - min) / (max - min)) * (width - 2 * LEFT);
      const floor = height - BOTTOM;
      const tallest = Math.log1p(Math.max(...counts, 1));
      if (limitMin !== null && limitMax !== null) {
        c.fillStyle = colour("inside");
        c.fillRect(x(limitMin), 0, x(limitMax) - x(limitMin), floor);
        const gap = scale ? x(min + scale) - x(min) : 0;
        if (gap >= FINEST_GRID) {
          c.strokeStyle = colour("gridline");
          c.lineWidth = 1;
          c.beginPath();
          for (let v = limitMin; v <= limitMax + scale / 2; v += scale) {
            c.moveTo(x(v), 0);
            c.lineTo(x(v), floor);
          }
          c.stroke();
        } else if (scale) {
          // too fine for lines: teeth along the floor, one for as many steps as fit
          const every = Math.ceil(FINEST_GRID / gap);
          c.strokeStyle = colour("gridline");
          c.beginPath();
          for (let v = limitMin; v <= limitMax + scale / 2; v += scale * every) {
            c.moveTo(x(v), floor - 6);
            c.lineTo(x(v), floor);
          }
          c.stroke();
        }
      }
      const bar = (width - 2 * LEFT) / counts.length;
      c.fillStyle = colour("series-1");
      counts.forEach((n, i) => {
        const tall = (Math.log1p(n) / tallest) * (floor - 8);
        if (n > 0) c.fillRect(LEFT + i * bar, floor - tall, Math.max(1, bar - 1), tall);
      });
      if (limitMin !== null && limitMax !== null) {
        c.strokeStyle = colour("limit");
        c.lineWidth = 1.5;
        c.setLineDash([5, 4]);
        c.beginPath();
        for (const v of [limitMin, limitMax]) {
          c.moveTo(x(v), 0);
          c.lineTo(x(v), floor);
        }
        c.stroke();
        c.setLineDash([]);
      }
      c.strokeStyle = colour("grid");
      c.beginPath();
      c.moveTo(LEFT, floor);
      c.lineTo(width - LEFT, floor);
      c.stroke();
      label(c, real(min, 4), LEFT, height - 5, "left");
      label(c, real(max, 4), width - LEFT, height - 5, "right");
      if (min < 0 && max > 0) label(c, "0", x(0), height - 5, "center");
    });
    const grid = scale
      ? `${whole(levels)} levels, ${real(scale)} apart`
      : "one grid a block: the limits are those of the widest";
    this.note.textContent = `Logarithmic counts of ${plural(total, "sampled value")}. Shaded: representable; ${grid}. ${whole(beyond)} beyond the limits.`;
  }
}

export class Channels extends Drawing {
  constructor() {
    super("");
  }

  /** word: what a block is called. */
  show(channels, word) {
    this.title = `${word[0].toUpperCase()}${word.slice(1)}s side by side`;
    const { blocks, stride, min, max, dead, deadCount, outliers, outlierCount, shape } = channels;
    const summary = `${plural(blocks, word)}, ${deadCount} dead, ${outlierCount} outliers`;
    this.draw(summary, (c, width, height) => {
      const floor = height - BOTTOM;
      const low = Math.min(0, ...min.filter((v) => v !== null));
      const high = Math.max(0, ...max.filter((v) => v !== null));
      const top = 16; // above: what the tallest reaches
      const y = (v) => top + ((high - v) / Math.max(high - low, Number.MIN_VALUE)) * (floor - top - 4);
      const bar = (width - 2 * LEFT) / min.length;
      const of = (list) => new Set(list.map((block) => Math.floor(block / stride)));
      const deadEntries = of(dead);
      const outlierEntries = of(outliers);
      min.forEach((from, i) => {
        const isDead = deadEntries.has(i);
        c.fillStyle = colour(isDead ? "bad" : outlierEntries.has(i) ? "series-2" : "series-1");
        const left = LEFT + i * bar;
        const wide = Math.max(1, Math.min(bar - 1, 40));
        if (isDead) c.fillRect(left, y(0) - 3, wide, 6);
        else c.fillRect(left, y(max[i]), wide, Math.max(1.5, y(from) - y(max[i])));
      });
      c.strokeStyle = colour("muted");
      c.beginPath();
      c.moveTo(LEFT, y(0));
      c.lineTo(width - LEFT, y(0));
      c.stroke();
      label(c, `${word} 0`, LEFT, height - 5, "left");
      label(c, `${blocks - 1}`, width - LEFT, height - 5, "right");
      label(c, low < 0 ? range(low, high) : `up to ${real(high, 4)}`, LEFT, 11, "left");
    });
    const named = (list, count) => list.join(", ") + (count > list.length ? ", …" : "");
    this.note.textContent =
      `Running range of each of ${plural(blocks, word)} (${shape}). ` +
      (deadCount ? `Dead: ${named(dead, deadCount)}. ` : "None dead. ") +
      (outlierCount ? `Outliers, 4 times the median or more: ${named(outliers, outlierCount)}.` : "No outliers.");
  }
}
