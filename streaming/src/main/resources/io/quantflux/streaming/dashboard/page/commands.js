// SPDX-License-Identifier: Apache-2.0
// The audit list: who asked for what, and what came of it.

import { ControlForm, outcomeOf } from "./control.js";
import { byId, h, replaceIfChanged } from "./elements.js";
import { NONE, clock } from "./format.js";

export class Commands {
  #form = new ControlForm(null);
  #list = h("div", {});

  constructor() {
    byId("commands").append(
      h("h2", {}, "Commands"),
      h("p", { class: "muted lead" }, "Control commands this instance has seen since it started, newest first, with what its tensors made of them."),
      h("div", { class: "stack" }, this.#list, this.#form.element),
    );
  }

  update(overview) {
    this.#form.update(overview);
    replaceIfChanged(this.#list, JSON.stringify(overview.commands), () =>
      overview.commands.length === 0 ? [h("div", { class: "empty card" }, "No commands yet.")] : [this.#table(overview.commands)],
    );
  }

  #table(commands) {
    const cell = (label, content, props = {}) => h("td", { "data-label": label, ...props }, content);
    return h(
      "table",
      { class: "audit card" },
      h("thead", {}, h("tr", {}, ["Time", "Who", "Selector", "Command", "Outcome"].map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        {},
        commands.map((c) =>
          h(
            "tr",
            { "data-command-id": c.id },
            cell("Time", clock(c.seenMillis), { class: "num" }),
            cell("Who", c.actor ?? NONE),
            cell("Selector", c.selector ?? NONE, { class: "id" }),
            cell("Command", c.action ? c.action.replaceAll("_", " ") : NONE),
            cell("Outcome", outcomeOf(c), { class: "outcome", "data-kind": c.refused > 0 ? "bad" : c.applied > 0 ? "good" : "busy" }),
          ),
        ),
      ),
    );
  }
}
