// SPDX-License-Identifier: Apache-2.0
// Puts the page together: what is shown, what is asked for, and how fresh it is.

import { Commands } from "./commands.js";
import { Connection } from "./connection.js";
import { onToken, takeTokenFromAddress, token } from "./control.js";
import { byId, text } from "./elements.js";
import { ago } from "./format.js";
import { Pipeline } from "./pipeline.js";
import { TensorList } from "./tensor-list.js";
import { TensorView } from "./tensor-view.js";
import { startTheme } from "./theme.js";

const QUIET_MILLIS = 10_000;
const VIEWS = ["tensors", "pipeline", "commands"];
const WIDE = matchMedia("(min-width: 900px)");
const problems = (window.quantfluxProblems = []);
addEventListener("error", (event) => problems.push(String(event.message)));
addEventListener("unhandledrejection", (event) => problems.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => problems.push(`CSP: ${event.violatedDirective} ${event.blockedURI}`));

startTheme(byId("theme"));
const connection = new Connection(news);
window.quantfluxConnection = connection;
let overview = null;
const pipeline = new Pipeline();
const commands = new Commands();
const view = new TensorView(() => go("tensors"));
const list = new TensorList(
  (window_) => connection.look(window_),
  (id, enter) => {
    if (WIDE.matches || enter) go("tensors", id, !enter);
    else go("tensors", id);
  },
);

function go(name, id = "", replace = false) {
  const hash = `#/${name}${id ? `/${id.split("/").map(encodeURIComponent).join("/")}` : ""}`;
  if (replace) {
    history.replaceState(null, "", hash);
    route();
  } else location.hash = hash;
}

function route() {
  const [, name = "tensors", ...rest] = location.hash.replace(/^#/, "").split("/");
  const shown = VIEWS.includes(name) ? name : "tensors";
  const id = shown === "tensors" ? rest.map(decodeURIComponent).join("/") : "";
  for (const section of VIEWS) byId(section).hidden = section !== shown;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.open = id ? "detail" : "list";
  list.selected = id;
  view.show(id);
  connection.look({ watch: id });
  document.title = id ? `${id} · QuantFlux` : "QuantFlux";
}

function news(update) {
  if (update.overview) {
    overview = update.overview;
    pipeline.update(overview);
    commands.update(overview);
    view.overview(overview);
    mode();
  }
  if (update.list) {
    list.update(update.list);
    if (!view.id && WIDE.matches && byId("tensors").hidden === false && list.first) go("tensors", list.first, true);
  }
  if (update.tensor) {
    view.update(update.tensor);
    if (overview) view.overview(overview);
  }
  freshness();
}

function mode() {
  const open = overview?.control && token();
  text(byId("mode"), overview === null ? "" : open ? "control on" : "read-only");
  byId("mode").title = open ? "Commands can be sent from this tab" : overview?.control ? "Paste the control token under Commands to send commands" : "No control token is configured";
}
onToken(mode);

/** How fresh all this is: every element that says so, and a banner when it no longer is. */
function freshness() {
  const now = connection.now;
  for (const element of document.querySelectorAll("[data-since]")) {
    text(element, `${element.dataset.words ?? "updated"} ${ago(now - Number(element.dataset.since))}`);
  }
  const [state, words, banner] = condition(now);
  document.body.dataset.link = state;
  text(byId("link-text"), words);
  byId("banner").hidden = !banner;
  text(byId("banner"), banner);
}

function condition(now) {
  if (connection.lost) {
    if (!connection.heardOnce) return ["lost", "connecting …", connection.failed ? "The processor does not answer. Trying again …" : ""];
    // by the minute once it is old: a reader hears the banner each time it changes
    return ["lost", `lost ${ago(connection.silence)}`, "Connection lost: what you see is old. Trying again …"];
  }
  if (overview && !overview.stream.ready) {
    return ["unready", "not ready", `The stream does not flow: ${overview.stream.notReadyBecause.join("; ")}`];
  }
  if (!overview || overview.lastRecordMillis === 0) return ["quiet", "no records yet", ""];
  const age = now - overview.lastRecordMillis;
  return age > QUIET_MILLIS ? ["quiet", `quiet, updated ${ago(age)}`, ""] : ["live", `live, updated ${ago(age)}`, ""];
}

addEventListener("hashchange", route);
addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    if (byId("tensors").hidden || !WIDE.matches) go("tensors");
    byId("search").focus();
  } else if (event.key === "Escape" && !typing && document.body.dataset.open === "detail") {
    if (WIDE.matches) list.focus();
    else go("tensors");
  }
});
setInterval(freshness, 500);
setInterval(() => list.refresh(), 500);
takeTokenFromAddress().finally(route);
