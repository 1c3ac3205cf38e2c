// SPDX-License-Identifier: Apache-2.0
// The stream as a picture: stages from Kafka to Kafka, how busy each is, what waits, what was refused.

import { byId, h, replaceIfChanged, text } from "./elements.js";
import { NONE, bytes, clock, plural, rate, whole } from "./format.js";

const STAGES = [
  ["consume", "Consume", "Records that wait in Kafka"],
  ["queue", "Queue", "Taken from Kafka, not yet calibrated"],
  ["calibrate", "Calibrate", "Decode, observe, fake-quantize"],
  ["encode", "Encode", "Make the output records"],
  ["commit", "Commit", "One transaction for all outputs"],
];

export class Pipeline {
  #stages = {};
  #facts = h("dl", { class: "figures" });
  #reasons = h("div", {});
  #lags = h("div", {});

  constructor() {
    const boxes = STAGES.map(([key, name, title]) => {
      const s = {
        main: h("p", { class: "stage-main num" }),
        more: h("p", { class: "stage-more muted num" }),
        bar: h("div", { class: "bar-fill" }),
        busy: h("p", { class: "stage-busy num" }),
      };
      const hasBar = key !== "consume" && key !== "queue";
      s.meter = h("div", { class: "bar", role: "meter", "aria-label": `${name} busy`, "aria-valuemin": 0, "aria-valuemax": 100 }, s.bar);
      this.#stages[key] = s;
      return h("li", { class: "stage card", title }, h("h3", {}, name), s.main, s.more, hasBar && s.meter, hasBar && s.busy);
    });
    byId("pipeline").append(
      h("h2", {}, "Pipeline"),
      h("p", { class: "muted lead" }, h("span", { id: "pipeline-seen" })),
      h("ol", { class: "stages" }, boxes),
      this.#facts,
      h("div", { class: "charts" }, h("section", { class: "card" }, h("h3", {}, "Dead letters"), this.#reasons), h("section", { class: "card" }, h("h3", {}, "Lag by partition"), this.#lags)),
    );
  }

  update({ stream, rates, lastRecordMillis, lastCommitMillis, refusals }) {
    const since = byId("pipeline-seen");
    replaceIfChanged(since, `${lastRecordMillis} ${lastCommitMillis}`, () => [
      lastRecordMillis ? h("span", { "data-since": lastRecordMillis, "data-words": "last record" }) : "no record yet",
      " · ",
      lastCommitMillis ? h("span", { "data-since": lastCommitMillis, "data-words": "last commit" }) : "no commit yet",
    ]);
    const s = this.#stages;
    const lag = Object.values(stream.lag).reduce((a, b) => a + b, 0);
    text(s.consume.main, `${rate(rates.records)} records/s`);
    text(s.consume.more, `${bytes(rates.bytes)}/s · lag ${whole(lag)}`);
    text(s.queue.main, bytes(stream.inflightBytes));
    text(s.queue.more, `in flight · waits ${rate(rates.waitMillis)} ms`);
    text(s.calibrate.main, plural(stream.tensors, "tensor"));
    text(s.calibrate.more, plural(stream.partitions, "partition"));
    text(s.encode.main, `${whole(stream.records)} records`);
    text(s.encode.more, `${bytes(stream.bytes)} in since the start`);
    text(s.commit.main, `${rate(rates.commits)} commits/s`);
    text(s.commit.more, `${rates.commitMillis.toFixed(1)} ms each`);
    for (const { name, busy } of rates.stages) {
      const stage = s[name];
      const percent = Math.round(busy * 100);
      stage.bar.style.width = `${percent}%`;
      stage.bar.dataset.level = percent >= 90 ? "high" : percent >= 60 ? "middle" : "low";
      stage.meter.setAttribute("aria-valuenow", percent);
      text(stage.busy, `${percent} % busy`);
    }
    this.#showFacts(stream);
    this.#showRefusals(stream.deadLetters, refusals);
    this.#showLags(stream.lag);
  }

  #showFacts(stream) {
    const facts = [
      ["State", stream.ready ? "ready" : "not ready", [...stream.notReadyBecause, ...stream.notes].join("; ")],
      ["Commits", whole(stream.commits), ""],
      ["Restarts", whole(stream.restarts), stream.restarts ? "after failures" : "no failure so far"],
      ["Control topic", `@ ${whole(stream.controlOffset)}`, "followed so far"],
    ];
    replaceIfChanged(this.#facts, JSON.stringify(facts), () =>
      facts.map(([name, value, more]) => h("div", { class: "figure" }, h("dt", {}, name), h("dd", { class: "num" }, value), h("dd", { class: "more muted" }, more))),
    );
  }

  #showRefusals(counts, newest) {
    replaceIfChanged(this.#reasons, JSON.stringify([counts, newest]), () => {
      const reasons = Object.entries(counts);
      if (reasons.length === 0) return [h("p", { class: "muted" }, "None. Every record was taken.")];
      return [
        h("ul", { class: "reasons" }, reasons.map(([reason, n]) => h("li", {}, h("strong", { class: "num" }, whole(n)), ` ${reason.toLowerCase().replaceAll("_", " ")}`))),
        h(
          "ol",
          { class: "refusals" },
          newest.map((r) => h("li", {}, h("span", { class: "muted num" }, `${clock(r.seenMillis)}  ${r.where}`), h("span", {}, `${r.reason.toLowerCase().replaceAll("_", " ")}: ${r.message}`))),
        ),
      ];
    });
  }

  #showLags(lag) {
    replaceIfChanged(this.#lags, JSON.stringify(lag), () => {
      const partitions = Object.entries(lag).sort(([a], [b]) => a - b);
      if (partitions.length === 0) return [h("p", { class: "muted" }, "No partition flows here.")];
      const most = Math.max(1, ...partitions.map(([, n]) => n));
      return [
        h(
          "ul",
          { class: "lags" },
          partitions.map(([partition, n]) => {
            const fill = h("span", { class: "bar-fill" });
            fill.style.width = `${(n / most) * 100}%`;
            fill.dataset.level = "low";
            return h("li", {}, h("span", { class: "num" }, `partition ${partition}`), h("span", { class: "bar" }, fill), h("span", { class: "num" }, n === null ? NONE : whole(n)));
          }),
        ),
      ];
    });
  }
}

