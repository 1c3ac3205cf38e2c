// SPDX-License-Identifier: Apache-2.0
// Makes and updates DOM elements, without markup in strings: names of tensors come from strangers.

/** An element: attributes and listeners from props, children as text or elements. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "text") element.textContent = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false));
  return element;
}

/** Sets text only if it differs, so that selections and readers are left alone. */
export function text(element, value) {
  const string = String(value);
  if (element.textContent !== string) element.textContent = string;
}

/** Sets or removes an attribute only if it differs. */
export function attribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

/** Replaces the children only if what they show has changed. */
export function replaceIfChanged(element, key, make) {
  if (element.dataset.shown === key) return;
  element.dataset.shown = key;
  element.replaceChildren(...make());
}

export const byId = (id) => document.getElementById(id);
