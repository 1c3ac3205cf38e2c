// SPDX-License-Identifier: Apache-2.0
// Numbers and times as people read them.

const WHOLE = new Intl.NumberFormat("en");
export const NONE = "–";

const minus = (words) => words.replaceAll("-", "−");

export const whole = (n) => (n === null || n === undefined ? NONE : minus(WHOLE.format(n)));

/** Five significant digits; an exponent only where zeros would hide the number. */
export function real(x, digits = 5) {
  if (x === null || x === undefined) return NONE;
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-4 || size >= 1e7) return minus(x.toExponential(digits - 2).replace("e+", "e"));
  return minus(String(Number(x.toPrecision(digits))));
}

export const decibels = (x) => (x === null || x === undefined ? NONE : `${x.toFixed(1)} dB`);

/** A share of 1 as per cent, two significant digits where it is small. */
export function share(x) {
  if (x === null || x === undefined) return NONE;
  if (x === 0) return "0 %";
  const percent = x * 100;
  if (percent < 0.001) return "<0.001 %";
  return `${percent < 1 ? Number(percent.toPrecision(2)) : percent.toFixed(1)} %`;
}

export function bytes(n) {
  if (n === null || n === undefined) return NONE;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  let value = n;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000;
    i++;
  }
  return `${i === 0 ? Math.round(value) : value.toFixed(1)} ${units[i]}`;
}

export const rate = (x) => (x >= 100 ? WHOLE.format(Math.round(x)) : x.toFixed(1));

export function range(low, high) {
  return low === undefined || high === undefined || low === null || high === null ? NONE : `${real(low, 4)} … ${real(high, 4)}`;
}

/** How long ago, from milliseconds. */
export function ago(millis) {
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 1.5) return "just now";
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

export const clock = (millis) => new Date(millis).toLocaleTimeString("en-GB");

export const plural = (n, word) => `${whole(n)} ${word}${n === 1 ? "" : "s"}`;

const STATES = {
  waiting: ["waiting", "No qparams yet"],
  settling: ["settling", "Observed; the scale still moves, or there are fewer than 100 steps to judge by"],
  steady: ["steady", "The scale moved by less than 1 % over the last 100 steps, and at most 0.01 % is clipped"],
  frozen: ["frozen", "Export mode: qparams no longer change"],
  held: ["held", "The observer is off: qparams stay as they are"],
  disabled: ["disabled", "Passes through: a block size did not fit, or the configuration turns it off"],
};
export const stateWord = (state) => STATES[state]?.[0] ?? state;
export const stateMeaning = (state) => STATES[state]?.[1] ?? "";
