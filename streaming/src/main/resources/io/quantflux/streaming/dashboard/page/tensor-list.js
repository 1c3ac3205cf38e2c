// SPDX-License-Identifier: Apache-2.0
// The list of tensors: only the rows in sight exist, whatever their number.

import { ask } from "./connection.js";
import { attribute, byId, h, text } from "./elements.js";
import { decibels, plural, share, stateMeaning, stateWord, whole } from "./format.js";

const ROW = 60;
const SPARE = 6;
const KEPT = 120; // rows around those in sight that are remembered
const SVG = "http://www.w3.org/2000/svg";

export class TensorList {
  #list = byId("list");
  #spacer = h("div", { class: "spacer", role: "presentation" });
  #empty = h("div", { class: "empty", role: "presentation" });
  #rows = new Map(); // index -> row of data
  #shown = new Map(); // index -> element
  #matching = 0;
  #total = 0;
  #query = { search: "", sort: "sqnr" };
  #active = -1;
  #awaited = false; // the active row was not known yet when it was chosen
  #selected = "";
  #asking = false;
  #changed = false; // the answer on its way is to an old question
  #look;
  #select;

  constructor(look, select) {
    this.#look = look;
    this.#select = select;
    this.#list.append(this.#spacer, this.#empty);
    this.#list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => requestAnimationFrame(() => this.#scrolled())).observe(this.#list);
    const search = byId("search");
    search.addEventListener("input", () => this.#ask({ search: search.value.trim() }));
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        search.value = "";
        this.#ask({ search: "" });
        this.#list.focus();
      } else if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        this.#list.focus();
        this.#activate(Math.max(0, this.#active));
      }
    });
    byId("sort").addEventListener("change", (event) => this.#ask({ sort: event.target.value }));
  }

  /** Other rows altogether: what was known of the old order is void. */
  #ask(change) {
    this.#query = { ...this.#query, ...change };
    this.#rows.clear();
    this.#active = -1;
    this.#awaited = false;
    this.#list.scrollTop = 0;
    this.#changed = true;
    this.#scrolled();
  }

  /** A window of the list, as news or as an answer. */
  update(list) {
    this.#matching = list.matching;
    this.#total = list.total;
    list.rows.forEach((row, i) => this.#rows.set(list.offset + i, row));
    const [first, number] = this.#range();
    for (const index of this.#rows.keys()) {
      const near = index >= first - KEPT && index < first + number + KEPT;
      if (!near || index >= list.matching) this.#rows.delete(index);
    }
    if (this.#awaited) this.#choose();
    const found = [...this.#rows].find(([, row]) => row.id === this.#selected);
    if (found) this.#active = found[0];
    this.#draw();
  }

  /** The first row's tensor, if it is known. */
  get first() {
    return this.#rows.get(0)?.id;
  }

  set selected(id) {
    this.#selected = id;
    this.#draw();
  }

  focus() {
    this.#list.focus();
  }

  /** What is in sight by now: a browser that draws no frames tells of no scrolling, and an answer may have been lost. */
  refresh() {
    if (this.#list.clientHeight > 0) this.#scrolled();
  }

  #range() {
    const first = Math.max(0, Math.floor(this.#list.scrollTop / ROW) - SPARE);
    const count = Math.ceil(this.#list.clientHeight / ROW) + 2 * SPARE;
    return [first, Math.min(count, 120)];
  }

  #scrolled() {
    const [offset, limit] = this.#range();
    this.#look({ ...this.#query, offset, limit });
    this.#draw();
    this.#fetch();
  }

  /**
   * Asks for the rows in sight that are not known, sooner than the news would bring them. One question at a time: while the
   * list is being scrolled each answer still fills something, and the last one what is in sight when it stops.
   */
  async #fetch() {
    const [offset, limit] = this.#range();
    const missing = [...Array(limit).keys()].some((i) => offset + i < this.#matching && !this.#rows.has(offset + i));
    if (this.#asking || (!this.#changed && !missing)) return;
    this.#asking = true;
    this.#changed = false;
    try {
      const answer = await ask(`api/tensors?${new URLSearchParams({ ...this.#query, offset, limit })}`);
      if (!this.#changed) this.update(answer);
    } catch {
      return; // the news will bring it, or the next refresh
    } finally {
      this.#asking = false;
    }
    if (this.#changed || this.#range()[0] !== offset) this.#fetch();
  }

  #draw() {
    const count = byId("list-count");
    text(count, this.#matching === this.#total ? plural(this.#total, "tensor") : `${whole(this.#matching)} of ${plural(this.#total, "tensor")}`);
    this.#spacer.style.height = `${this.#matching * ROW}px`;
    this.#empty.hidden = this.#matching > 0;
    text(
      this.#empty,
      this.#total > 0 ? `No tensor has “${this.#query.search}” in its name.` : "No tensors yet. They appear here with their first record.",
    );
    const [first, number] = this.#range();
    const last = Math.min(this.#matching, first + number);
    for (const [index, element] of this.#shown) {
      if (index < first || index >= last) {
        element.remove();
        this.#shown.delete(index);
      }
    }
    for (let index = first; index < last; index++) {
      let element = this.#shown.get(index);
      if (!element) {
        element = this.#make(index);
        this.#shown.set(index, element);
        this.#list.append(element);
      }
      this.#fill(element, index, this.#rows.get(index));
    }
    attribute(this.#list, "aria-activedescendant", this.#shown.has(this.#active) ? `row-${this.#active}` : null);
  }

  #make(index) {
    const line = document.createElementNS(SVG, "polyline");
    const spark = document.createElementNS(SVG, "svg");
    spark.setAttribute("class", "spark");
    spark.setAttribute("viewBox", "0 0 80 24");
    spark.setAttribute("preserveAspectRatio", "none");
    spark.setAttribute("aria-hidden", "true");
    spark.append(line);
    const element = h(
      "div",
      { class: "row", role: "option", id: `row-${index}`, onclick: () => this.#activate(index) },
      h("span", { class: "row-name" }, h("span", { class: "run" }), h("span", { class: "name" })),
      h("span", { class: "row-sqnr num" }),
      h("span", { class: "row-facts" }, h("span", { class: "chip" }), h("span", { class: "facts muted num" })),
      spark,
    );
    element.style.transform = `translateY(${index * ROW}px)`;
    return element;
  }

  #fill(element, index, row) {
    attribute(element, "aria-posinset", index + 1);
    attribute(element, "aria-setsize", this.#matching);
    attribute(element, "aria-selected", row !== undefined && row.id === this.#selected);
    element.classList.toggle("unknown", row === undefined);
    element.classList.toggle("active", index === this.#active);
    const [name, sqnr, facts, spark] = element.children;
    if (!row) return;
    const cut = row.id.indexOf("/") + 1;
    text(name.children[0], row.id.slice(0, cut));
    text(name.children[1], row.id.slice(cut));
    attribute(name, "title", row.id);
    text(sqnr, decibels(row.sqnr));
    attribute(sqnr, "data-value", row.sqnr);
    text(facts.children[0], stateWord(row.state));
    attribute(facts.children[0], "data-state", row.state);
    attribute(facts.children[0], "title", stateMeaning(row.state));
    const notes = [row.dtype, `step ${whole(row.step)}`];
    if (row.clipped > 0) notes.push(`clipped ${share(row.clipped)}`);
    if (row.nonFinite > 0) notes.push(`${whole(row.nonFinite)} non-finite`);
    text(facts.children[1], notes.join(" · "));
    const points = sparkPoints(row.spark);
    if (spark.firstChild.getAttribute("points") !== points) spark.firstChild.setAttribute("points", points);
  }

  #activate(index) {
    if (this.#matching === 0) return;
    this.#active = Math.max(0, Math.min(this.#matching - 1, index));
    const top = this.#active * ROW;
    const list = this.#list;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    this.#choose();
    this.#draw();
  }

  /** Shows the active row's tensor, now or as soon as it is known which that is. */
  #choose() {
    const row = this.#rows.get(this.#active);
    this.#awaited = row === undefined;
    if (row && row.id !== this.#selected) {
      this.#selected = row.id;
      this.#select(row.id);
    }
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.#list.clientHeight / ROW) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      event.preventDefault();
      this.#activate(this.#active + steps[event.key]);
    } else if (event.key === "Enter") {
      this.#select(this.#selected, true);
    }
  }
}

function sparkPoints(values) {
  const known = values.map((y, x) => [x, y]).filter(([, y]) => y !== null);
  if (known.length < 2) return "";
  const ys = known.map(([, y]) => y);
  const low = Math.min(...ys);
  const span = Math.max(Math.max(...ys) - low, 1); // a decibel of noise is no mountain
  return known.map(([x, y]) => `${((x / (values.length - 1)) * 78 + 1).toFixed(1)},${(22 - ((y - low) / span) * 20).toFixed(1)}`).join(" ");
}
