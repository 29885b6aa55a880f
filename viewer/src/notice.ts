// The quiet banner: what is wrong, as long as it is, and short confirmations in between.

import { button, byId, html } from "./dom";

/** Long enough to read a short sentence twice. */
const SHORT_MS = 3_000;

export interface Notice {
  text: string;
  /** What can be done about it. */
  action?: { text: string; do: () => void };
}

let standing: Notice | undefined;
let timer: number | undefined;

/** Says something until told otherwise; `undefined` takes it back. */
export function setNotice(notice: Notice | undefined): void {
  standing = notice;
  window.clearTimeout(timer);
  show(standing);
}

/** Says something for a moment. */
export function say(text: string): void {
  window.clearTimeout(timer);
  show({ text });
  timer = window.setTimeout(() => show(standing), SHORT_MS);
}

function show(notice: Notice | undefined): void {
  const banner = byId("notice");
  banner.replaceChildren();
  if (!notice) return;
  banner.append(html("span", {}, notice.text));
  const { action } = notice;
  if (action) banner.append(button({ label: action.text, text: action.text }, action.do));
}
