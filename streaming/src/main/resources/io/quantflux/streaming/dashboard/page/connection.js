// SPDX-License-Identifier: Apache-2.0
// The stream of news from the server: what is being looked at, and how fresh it is.

const SETTLE_MILLIS = 150;
const LOST_MILLIS = 3500;

export class Connection {
  #source = null;
  #view = { search: "", sort: "sqnr", offset: 0, limit: 40, watch: "" };
  #timer = 0;
  #retry = 0;
  #heard = 0;
  #skew = 0;
  #onNews;
  failed = false;
  pushes = 0;

  constructor(onNews) {
    this.#onNews = onNews;
    setInterval(() => this.#reviveIfSilent(), 1000);
  }

  /** Asks for another window of the list, or another tensor; while this changes fast, only the last counts. */
  look(change) {
    const next = { ...this.#view, ...change };
    if (this.#source && JSON.stringify(next) === JSON.stringify(this.#view)) return;
    this.#view = next;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), this.#source ? SETTLE_MILLIS : 0);
  }

  #open() {
    this.#timer = 0;
    this.#source?.close();
    const source = new EventSource(`api/events?${new URLSearchParams(this.#view)}`);
    this.#source = source;
    source.onmessage = (event) => {
      if (source !== this.#source) return;
      const news = JSON.parse(event.data);
      this.failed = false;
      this.#retry = 0;
      this.#heard = performance.now();
      this.#skew = news.nowMillis - Date.now();
      this.pushes++;
      if (this.#timer) delete news.list; // rows of what was looked at before
      this.#onNews(news);
    };
    source.onerror = () => {
      if (source === this.#source) this.failed = true;
    };
  }

  /** A browser gives up on some errors for good; we do not. */
  #reviveIfSilent() {
    if (this.#source?.readyState === EventSource.CLOSED && performance.now() > this.#retry) {
      this.#retry = performance.now() + 2000;
      this.#open();
    }
  }

  /** Milliseconds since the server last spoke; infinite before it ever did. */
  get silence() {
    return this.#heard === 0 ? Infinity : performance.now() - this.#heard;
  }

  get lost() {
    return this.failed || this.silence > LOST_MILLIS;
  }

  get heardOnce() {
    return this.#heard > 0;
  }

  /** The server's clock, as far as known. */
  get now() {
    return Date.now() + this.#skew;
  }
}

/** One answer of the API, or an error with its reason. */
export async function ask(path, options = {}) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = new Error(body.error ?? `${response.status} ${response.statusText}`);
    error.status = response.status;
    throw error;
  }
  return body;
}

export const tensorPath = (id) => `api/tensors/${id.split("/").map(encodeURIComponent).join("/")}`;
