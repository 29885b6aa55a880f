// Copying a text. Browsers give pages their clipboard only over HTTPS or on this machine; elsewhere
// the old way, a selected field, still works.

import { html } from "./dom";

/** Copies a text; where the old way is needed, by a field in `within`, which must be able to have the focus. */
export async function copy(text: string, within: HTMLElement = document.body): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, within);
  }
}

function copySelected(text: string, within: HTMLElement): boolean {
  const before = document.activeElement;
  const field = html("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  field.value = text;
  within.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
