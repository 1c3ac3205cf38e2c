// SPDX-License-Identifier: Apache-2.0
// Commands from the page, for those who have the token; the outcome as the stream reports it.

import { ask } from "./connection.js";
import { h, replaceIfChanged, text } from "./elements.js";
import { plural, whole } from "./format.js";

const TOKEN = "quantflux.token";
const ACTOR = "quantflux.actor";
const listeners = new Set();

export const token = () => sessionStorage.getItem(TOKEN);

/** Keeps the token for this tab, if the server takes it. */
export async function unlock(secret) {
  await ask("api/control", { headers: { Authorization: `Bearer ${secret}` } });
  sessionStorage.setItem(TOKEN, secret);
  listeners.forEach((tell) => tell());
}

function lock() {
  sessionStorage.removeItem(TOKEN);
  listeners.forEach((tell) => tell());
}

/** A token that came with the address is taken from it at once, so that it stays in no history. */
export async function takeTokenFromAddress() {
  const match = /[#&]token=([^&]+)/.exec(location.hash);
  if (!match) return;
  history.replaceState(null, "", location.pathname + location.search + (location.hash.replace(match[0], "") || "#/tensors"));
  await unlock(decodeURIComponent(match[1])).catch(() => {});
}

export const onToken = (tell) => listeners.add(tell);

const ACTIONS = [
  ["Export mode", "set_export_mode", true, "on", "Freeze the qparams"],
  ["", "set_export_mode", false, "off", "Let updates resume"],
  ["Observer", "set_observer", true, "on", "Update range and qparams"],
  ["", "set_observer", false, "off", "Keep range and qparams"],
  ["Fake quant", "set_fake_quant", true, "on", "Outputs are quantized and dequantized"],
  ["", "set_fake_quant", false, "off", "Outputs are the inputs"],
];

let numbers = 0;

export class ControlForm {
  element = h("section", { class: "card control" });
  #selector;
  #enabled = null;
  #sent = null;
  #overview = null;
  #outcome = h("p", { class: "outcome", role: "status" });

  /** selector: a tensor id, or null to let the user write one. */
  constructor(selector) {
    this.#selector = selector;
    onToken(() => this.#draw(true));
    this.#draw(true);
  }

  update(overview) {
    this.#overview = overview;
    this.#enabled = overview.control;
    this.#draw(false);
    this.#report();
  }

  #draw(force) {
    const state = this.#enabled === null ? "unknown" : !this.#enabled ? "none" : token() ? "open" : "locked";
    if (force) delete this.element.dataset.shown;
    replaceIfChanged(this.element, state, () => [h("h3", {}, "Commands"), ...this.#content(state)]);
  }

  #content(state) {
    if (state === "unknown") return [h("p", { class: "muted" }, "…")];
    if (state === "none") {
      return [h("p", { class: "muted" }, "Read-only: this processor has no control token configured. Commands still go over the control topic: quantflux control.")];
    }
    return state === "locked" ? this.#lockedForm() : this.#openForm();
  }

  #lockedForm() {
    const id = `token-${numbers++}`;
    const input = h("input", { id, type: "password", autocomplete: "off", spellcheck: "false" });
    const problem = h("p", { class: "problem", role: "alert" });
    const submit = async (event) => {
      event.preventDefault();
      text(problem, "");
      try {
        await unlock(input.value.trim());
      } catch (error) {
        text(problem, error.message);
        input.select();
      }
    };
    return [
      h("p", { class: "muted" }, "Read-only until you paste the control token. It stays in this tab only."),
      h("form", { class: "token-form", onsubmit: submit }, h("label", { for: id }, "Control token"), h("div", { class: "line" }, input, h("button", { type: "submit" }, "Unlock"))),
      problem,
    ];
  }

  #openForm() {
    const n = numbers++;
    const selector = h("input", { id: `selector-${n}`, value: this.#selector ?? "*", spellcheck: "false", autocomplete: "off" });
    const actor = h("input", { id: `actor-${n}`, value: localStorage.getItem(ACTOR) ?? "dashboard", maxlength: 128, autocomplete: "off" });
    const step = h("input", { id: `step-${n}`, type: "number", min: 0, step: 1, placeholder: "at once", inputmode: "numeric" });
    const field = (label, input) => h("div", { class: "field" }, h("label", { for: input.id }, label), input);
    const send = (action, enabled) => this.#send({
      selector: selector.value.trim(),
      actor: actor.value.trim(),
      action,
      ...(enabled === undefined ? {} : { enabled }),
      ...(step.value === "" ? {} : { effective_step: Number(step.value) }),
    });
    const pair = (i) => {
      const [label, action, , , onTitle] = ACTIONS[i];
      const offTitle = ACTIONS[i + 1][4];
      return h(
        "div",
        { class: "pair", role: "group", "aria-label": label },
        h("span", {}, label),
        h("button", { type: "button", title: onTitle, "aria-label": `${label} on`, "data-command": `${action}:on`, onclick: () => send(action, true) }, "On"),
        h("button", { type: "button", title: offTitle, "aria-label": `${label} off`, "data-command": `${action}:off`, onclick: () => send(action, false) }, "Off"),
      );
    };
    let armed = 0;
    const reset = h("button", { type: "button", class: "danger", title: "Forget range and qparams; spec and switches stay", "data-command": "reset" }, "Reset");
    reset.addEventListener("click", () => {
      if (!armed) {
        armed = setTimeout(() => {
          armed = 0;
          text(reset, "Reset");
        }, 4000);
        text(reset, "Really reset?");
        return;
      }
      clearTimeout(armed);
      armed = 0;
      text(reset, "Reset");
      send("reset");
    });
    return [
      h("div", { class: "fields" }, field("Selector", selector), field("From step", step), field("Who asks", actor)),
      h("div", { class: "pairs" }, pair(0), pair(2), pair(4), h("div", { class: "pair" }, h("span", {}, "Qparams"), reset)),
      this.#outcome,
      h("button", { type: "button", class: "plain", onclick: lock }, "Lock again"),
    ];
  }

  async #send(command) {
    localStorage.setItem(ACTOR, command.actor);
    this.#sent = null;
    this.#tell("sending …", "busy");
    try {
      const answer = await ask("api/control", {
        method: "POST",
        headers: { Authorization: `Bearer ${token()}`, "Content-Type": "application/json" },
        body: JSON.stringify(command),
      });
      this.#sent = { ...command, ...answer };
      this.#tell(`On the control topic, offset ${answer.offset}; waiting for the stream …`, "busy");
      this.#report();
    } catch (error) {
      this.#tell(error.message, "bad");
      if (error.status === 401) lock();
    }
  }

  /** What the audit says of the command sent last. */
  #report() {
    if (!this.#sent || !this.#overview) return;
    const line = this.#overview.commands.find((c) => c.id === this.#sent.id);
    if (line) this.#tell(outcomeOf(line), line.refused > 0 ? "bad" : line.applied > 0 ? "good" : "busy");
  }

  #tell(words, kind) {
    text(this.#outcome, words);
    this.#outcome.dataset.kind = kind;
  }
}

/** A command's outcome in words. */
export function outcomeOf(line) {
  const parts = [];
  if (line.applied > 0) parts.push(`applied to ${plural(line.applied, "tensor")}${line.step === null ? "" : ` at step ${whole(line.step)}`}`);
  if (line.refused > 0) parts.push(`refused${line.applied > 0 || line.refused > 1 ? ` by ${whole(line.refused)}` : ""}: ${line.refusal}`);
  if (parts.length === 0) parts.push(/ at step \d+$/.test(line.action) ? "accepted; waits for its step" : "accepted; no tensor here has applied it");
  return parts.join("; ");
}
