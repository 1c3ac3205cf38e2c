// SPDX-License-Identifier: Apache-2.0
// Light or dark: as the system says, unless the viewer chose.

const KEY = "quantflux.theme";
const ORDER = ["auto", "light", "dark"];
const listeners = [];

function apply(choice, button) {
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  button.textContent = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" }[choice];
  listeners.forEach((tell) => tell());
}

export function startTheme(button) {
  let choice = localStorage.getItem(KEY) ?? "auto";
  if (!ORDER.includes(choice)) choice = "auto";
  apply(choice, button);
  button.addEventListener("click", () => {
    choice = ORDER[(ORDER.indexOf(choice) + 1) % ORDER.length];
    localStorage.setItem(KEY, choice);
    apply(choice, button);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(choice, button));
}

export const onTheme = (tell) => listeners.push(tell);

/** The present value of a colour of the style sheet. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
