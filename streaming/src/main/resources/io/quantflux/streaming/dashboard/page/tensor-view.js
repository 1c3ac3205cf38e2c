// SPDX-License-Identifier: Apache-2.0
// One tensor: its figures, its charts, its switches and the commands for it.

import { LineChart } from "./charts.js";
import { ControlForm } from "./control.js";
import { ask, tensorPath } from "./connection.js";
import { attribute, byId, h, replaceIfChanged, text } from "./elements.js";
import { NONE, decibels, range, real, share, stateMeaning, stateWord, whole } from "./format.js";
import { Channels, Histogram } from "./histogram.js";

const LEVELS = { int2: 4, uint2: 4, int4: 16, uint4: 16, int8: 256, uint8: 256 };
const percent = (v) => share(v / 100);

export class TensorView {
  #root = byId("detail");
  #id = "";
  #parts = null;
  #back;

  constructor(back) {
    this.#back = back;
    this.#nothing("Choose a tensor to see how it is being quantized.");
  }

  get id() {
    return this.#id;
  }

  #nothing(words) {
    this.#drop();
    this.#root.replaceChildren(h("div", { class: "empty" }, words));
  }

  #drop() {
    this.#parts?.charts.forEach((chart) => chart.remove());
    this.#parts = null;
  }

  /** Shows another tensor; what is known of it comes with the first answer or news. */
  async show(id) {
    if (id === this.#id) return;
    this.#id = id;
    this.#nothing(id ? `Loading ${id} …` : "Choose a tensor to see how it is being quantized.");
    if (!id) return;
    try {
      this.update(await ask(tensorPath(id)));
    } catch (error) {
      if (error.status === 404 && id === this.#id) this.update({ id, gone: true });
    }
  }

  update(t) {
    if (t.id !== this.#id) return;
    if (t.gone) {
      this.#nothing(`${t.id} is not here: it has had no record, or another instance of the processor has its partition.`);
      return;
    }
    this.#parts ??= this.#build(t);
    this.#fill(t);
  }

  overview(overview) {
    this.#parts?.control.update(overview);
  }

  #build(t) {
    const cut = t.id.indexOf("/") + 1;
    const figure = (label, title) => {
      const value = h("dd", { class: "num" });
      const more = h("dd", { class: "more muted num" });
      return { element: h("div", { class: "figure", title }, h("dt", {}, label), value, more), value, more };
    };
    const figures = {
      sqnr: figure("SQNR", "Signal to quantization noise ratio of the newest tensor"),
      scale: figure("Scale", "Size of a quantization step"),
      zeroPoint: figure("Zero point", "The quantized value of 0.0"),
      range: figure("Running range", "What the observer holds"),
      clipped: figure("Clipped", "Elements beyond the representable range by more than half a step"),
      underflowed: figure("Underflowed", "Non-zero elements that became zero"),
      nonFinite: figure("Non-finite", "NaN and infinities since the processor started"),
      observations: figure("Observations", "Tensors that have updated the qparams"),
    };
    const charts = {
      range: new LineChart("Running and batch range", {
        series: [
          { label: "batch min", colour: "series-2", width: 1 },
          { label: "batch max", colour: "series-2", width: 1, fillTo: 0 },
          { label: "running min", colour: "series-1", width: 2 },
          { label: "running max", colour: "series-1", width: 2 },
          { label: "limit −", colour: "limit", dash: [5, 4] },
          { label: "limit +", colour: "limit", dash: [5, 4] },
        ],
      }),
      scale: new LineChart("Scale", {
        series: [
          { label: "least", colour: "series-2", width: 1 },
          { label: "greatest", colour: "series-1", width: 2, fillTo: 0 },
        ],
      }),
      zeroPoint: new LineChart("Zero point", {
        series: [
          { label: "least", colour: "series-2", width: 1 },
          { label: "greatest", colour: "series-1", width: 2, fillTo: 0 },
        ],
        range: (u, low, high) => [Math.floor(low ?? 0) - 1, Math.ceil(high ?? 0) + 1],
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        format: (v) => whole(v),
      }),
      sqnr: new LineChart("SQNR", { series: [{ label: "dB", colour: "series-1", width: 2 }], format: (v) => v.toFixed(1) }),
      shares: new LineChart("Clipped and underflowed", {
        series: [
          { label: "clipped", colour: "limit", width: 1.5 },
          { label: "underflowed", colour: "series-3", width: 1.5 },
        ],
        range: (u, low, high) => [0, Math.max(0.001, (high ?? 0) * 1.1)],
        format: percent,
      }),
      slice: new LineChart("Before and after", {
        x: "element",
        series: [
          { label: "before", colour: "series-1", width: 1.25 },
          { label: "after", colour: "series-2", width: 1, dash: [3, 3] },
        ],
      }),
      histogram: new Histogram(),
      channels: new Channels(),
    };
    const parts = {
      chip: h("span", { class: "chip big" }),
      spec: h("p", { class: "spec muted" }),
      seen: h("p", { class: "seen muted" }),
      figures,
      switches: h("div", { class: "switches" }),
      sliceNote: h("p", { class: "note muted" }),
      noSample: h("p", { class: "note muted" }, "Values, the quantization grid over them, and before and after appear here with the next record of this tensor."),
      changes: h("div", {}),
      byName: charts,
      charts: Object.values(charts),
      control: new ControlForm(t.id),
    };
    charts.slice.element.append(parts.sliceNote);
    this.#root.replaceChildren(
      h("button", { type: "button", class: "plain back", onclick: () => this.#back() }, "← All tensors"),
      h(
        "header",
        { class: "detail-head" },
        h("h2", { title: t.id }, h("span", { class: "run" }, t.id.slice(0, cut)), t.id.slice(cut)),
        parts.chip,
      ),
      parts.spec,
      parts.seen,
      h("dl", { class: "figures" }, Object.values(figures).map((f) => f.element)),
      h("div", { class: "charts" }, parts.charts.map((chart) => chart.element)),
      parts.noSample,
      h(
        "div",
        { class: "charts" },
        h("section", { class: "card" }, h("h3", {}, "Switches"), parts.switches, parts.changes),
        parts.control.element,
      ),
    );
    return parts;
  }

  #fill(t) {
    const p = this.#parts;
    text(p.chip, stateWord(t.state));
    attribute(p.chip, "data-state", t.state);
    attribute(p.chip, "title", stateMeaning(t.state));
    text(p.spec, specLine(t));
    replaceIfChanged(p.seen, `${t.partition}@${t.offset}-${t.seenMillis}`, () => [
      h("span", { "data-since": t.seenMillis, "data-words": "updated" }),
      ` · step ${whole(t.step)} · partition ${t.partition} @ ${whole(t.offset)} · qparams version ${whole(t.version)}`,
    ]);
    this.#figures(t);
    this.#switches(t);
    if (t.history) this.#charts(t);
  }

  #figures(t) {
    const f = this.#parts.figures;
    const put = (figure, value, more, exact) => {
      text(figure.value, value);
      text(figure.more, more ?? "");
      attribute(figure.value, "data-value", exact);
    };
    const s = t.statistics;
    const blocks = t.blocks > 1 ? `first of ${whole(t.blocks)} ${blockWord(t)}s` : "";
    put(f.sqnr, decibels(t.sqnr), t.sqnr === null ? (t.switches.fakeQuant ? "no noise measured" : "fake quant is off") : outcomeWords(t.outcome), t.sqnr);
    put(f.scale, real(t.scale[0], 6), [blocks, t.drift === null ? "" : `${signed((2 ** t.drift - 1) * 100)} % in 100 steps`].filter(Boolean).join(" · "), t.scale[0]);
    put(f.zeroPoint, t.zeroPoint.length ? whole(t.zeroPoint[0]) : NONE, t.zeroPoint.length ? blocks : t.scale.length ? "none for floating dtypes" : "", t.zeroPoint[0]);
    put(f.range, range(t.runningMin[0], t.runningMax[0]), s && s.min <= s.max ? `batch ${range(s.min, s.max)}` : blocks);
    attribute(f.range.value, "data-min", t.runningMin[0]);
    attribute(f.range.value, "data-max", t.runningMax[0]);
    put(f.clipped, s ? share(s.clipped / s.elements) : NONE, s ? `${whole(s.clipped)} of ${whole(s.elements)}` : "", s?.clipped);
    put(f.underflowed, s ? share(s.underflowed / s.elements) : NONE, s ? `${whole(s.underflowed)} of ${whole(s.elements)}` : "", s?.underflowed);
    const first = t.firstNonFinite;
    put(
      f.nonFinite,
      whole(t.nonFinite),
      first ? `first: step ${whole(first.step)}, element ${whole(first.element)}, partition ${first.partition} @ ${whole(first.offset)}` : "none seen",
      t.nonFinite,
    );
    f.nonFinite.element.classList.toggle("alarming", t.nonFinite > 0);
    put(f.observations, whole(t.observations), `${whole(t.records)} records since the start`, t.observations);
  }

  #switches(t) {
    const p = this.#parts;
    const s = t.switches;
    const state = JSON.stringify([s, t.session, t.scheduled]);
    replaceIfChanged(p.switches, state, () => [
      onOff("Observer", s.observer),
      onOff("Fake quant", s.fakeQuant),
      onOff("Export mode", s.exportMode),
      s.disabled ? h("span", { class: "switch" }, "Disabled ", h("strong", {}, "yes")) : null,
      t.session !== "none" ? h("span", { class: "switch" }, "Session ", h("strong", {}, t.session)) : null,
      t.scheduled ? h("span", { class: "switch" }, "Schedule ", h("strong", {}, "in force")) : null,
    ].filter(Boolean));
    replaceIfChanged(p.changes, JSON.stringify([t.changes, t.pending]), () => [
      ...t.pending.map((c) => h("p", { class: "pending" }, h("strong", {}, `At step ${whole(c.step)}: `), `${c.action.replaceAll("_", " ")} (${c.actor})`)),
      h(
        "ol",
        { class: "changes", reversed: true },
        t.changes
          .map((c, i) => h("li", {}, h("span", { class: "num" }, c.step < 0 ? "start" : `step ${whole(c.step)}`), h("span", {}, difference(t.changes[i - 1]?.switches, c.switches))))
          .reverse(),
      ),
    ]);
  }

  #charts(t) {
    const c = this.#parts.byName;
    const x = t.history.steps;
    const h_ = t.history.columns;
    const show = (chart, seen, data, summary) => {
      chart.element.hidden = !seen;
      if (seen) chart.show(data, summary);
    };
    const some = (column) => column.some((v) => v !== null);
    show(
      c.range,
      some(h_.batch_max),
      [x, h_.batch_min, h_.batch_max, h_.running_min, h_.running_max, h_.limit_min, h_.limit_max],
      `running ${range(t.runningMin[0], t.runningMax[0])}, limits ${range(t.limits.min, t.limits.max)}`,
    );
    show(c.scale, some(h_.scale_max), [x, h_.scale_min, h_.scale_max], `now ${real(t.scale[0])}`);
    show(c.zeroPoint, some(h_.zero_point_max), [x, h_.zero_point_min, h_.zero_point_max], `now ${whole(t.zeroPoint[0])}`);
    show(c.sqnr, some(h_.sqnr), [x, h_.sqnr], `now ${decibels(t.sqnr)}`);
    const hundred = (column) => column.map((v) => (v === null ? null : v * 100));
    show(c.shares, some(h_.clipped), [x, hundred(h_.clipped), hundred(h_.underflowed)], this.#parts.figures.clipped.value.textContent);
    const sample = t.sample;
    this.#parts.noSample.hidden = Boolean(sample);
    show(c.slice, Boolean(sample), sample && [sample.before.map((_, i) => i * sample.stride), sample.before, sample.after], sample && `${sample.before.length} elements`);
    c.histogram.element.hidden = !sample;
    if (sample) {
      const levels = LEVELS[t.spec.dtype];
      c.histogram.show(sample.histogram, levels && t.blocks === 1 ? t.scale[0] : null, levels);
      text(this.#parts.sliceNote, `${sample.stride === 1 ? "All elements" : `One in ${whole(sample.stride)} elements`} of ${sample.shape}, step ${whole(sample.step)}.`);
    }
    c.channels.element.hidden = !t.channels;
    if (t.channels) c.channels.show(t.channels, blockWord(t));
  }
}

const blockWord = (t) => (t.spec.granularity.type === "per_channel" ? "channel" : "block");

const signed = (x) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(1)}`;

const onOff = (label, on) => h("span", { class: "switch", "data-on": String(on) }, `${label} `, h("strong", {}, on ? "on" : "off"));

const outcomeWords = (outcome) => ({ observed: "observed", stored: "with stored qparams", quarantined: "quarantined" })[outcome] ?? outcome.replaceAll("_", " ");

function difference(before, now) {
  const names = { observer: "observer", fakeQuant: "fake quant", exportMode: "export mode", disabled: "disabled" };
  const changed = Object.keys(names).filter((key) => !before || before[key] !== now[key]);
  if (!before) return `first seen: ${changed.filter((k) => k !== "disabled" || now[k]).map((k) => `${names[k]} ${now[k] ? "on" : "off"}`).join(", ")}`;
  return changed.map((key) => `${names[key]} ${now[key] ? "on" : "off"}`).join(", ");
}

function specLine(t) {
  const s = t.spec;
  const g = s.granularity;
  const where = g.axis === undefined || g.axis === null ? "" : ` (axis ${g.axis})`;
  const size = g.block_size === undefined ? "" : ` of ${[g.block_size].flat().join("×")}`;
  return [t.target, s.dtype, s.qscheme, `${g.type}${where}${size}`, s.qparam_calculator_cls === "default" ? null : s.qparam_calculator_cls, s.qformulation === "zp" ? null : s.qformulation]
    .filter(Boolean)
    .join(" · ")
    .replaceAll("_", " ");
}
