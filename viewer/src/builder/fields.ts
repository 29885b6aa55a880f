// Fields of a form, each with its label.

import { html } from "../dom";

export type Choice = readonly [value: string, label: string];

/** A list to choose one of. */
export function select(name: string, label: string, choices: readonly Choice[], chosen: string): HTMLElement {
  const options = choices.map(([value, text]) => html("option", { value, selected: value === chosen }, text));
  return html("label", { class: "field" }, html("span", {}, label), html("select", { name }, ...options));
}

/** A tick. */
export function tick(name: string, label: string, isOn: boolean, value = "on"): HTMLElement {
  const box = html("input", { type: "checkbox", name, value, checked: isOn });
  return html("label", { class: "tick" }, box, html("span", {}, label));
}

/** Several that belong together. */
export function group(legend: string, ...members: HTMLElement[]): HTMLElement {
  return html("fieldset", {}, html("legend", {}, legend), html("div", { class: "members" }, ...members));
}

/** A row of which one is chosen, and what happens then. */
export function segments(
  name: string, label: string, choices: readonly Choice[], chosen: string, choose: (value: string) => void,
): HTMLElement {
  const members = choices.map(([value, text]) => {
    const input = html("input", { type: "radio", name, value, checked: value === chosen, class: "visually-hidden" });
    input.addEventListener("change", () => choose(value));
    return html("label", {}, input, html("span", {}, text));
  });
  return html("div", { class: "segments", role: "radiogroup", "aria-label": label }, ...members);
}
