// The choice among the server's maps: a button that says which one is shown, and a list beneath.

import { byId, html, icon } from "./dom";
import type { MapEntry } from "./server";
import { type Language, say, type Texts } from "./texts";

export class Chooser {
  private readonly opener = byId("chooser");
  private readonly list = byId("maps");

  constructor(
    private readonly texts: Texts,
    private readonly language: Language,
    private readonly choose: (id: string) => void,
  ) {
    this.opener.addEventListener("click", () => this.open(this.list.hidden === true));
    byId("panel").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.list.hidden) return;
      event.stopPropagation();
      this.open(false);
      this.opener.focus();
    });
  }

  /** Shows which map is shown, among which. */
  update(maps: MapEntry[], shown: string | undefined): void {
    const current = maps.find(({ id }) => id === shown);
    const title = say(current?.title, this.language);
    this.opener.hidden = maps.length === 0;
    this.opener.replaceChildren(
      html("span", { class: "visually-hidden" }, `${this.texts.chooseMap} `),
      html("span", { class: "chosen" }, title),
      icon("chevron"),
    );
    this.list.replaceChildren(...maps.map((map) => this.option(map, map.id === shown)));
  }

  private option({ id, title, description }: MapEntry, shown: boolean): HTMLElement {
    const button = html(
      "button",
      { type: "button", "aria-current": shown ? "true" : undefined },
      html("span", { class: "title" }, say(title, this.language)),
      description && html("span", { class: "description" }, say(description, this.language)),
    );
    button.addEventListener("click", () => {
      this.open(false);
      this.opener.focus();
      if (!shown) this.choose(id);
    });
    return html("li", {}, button);
  }

  private open(open: boolean): void {
    this.list.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.list.querySelector<HTMLElement>("[aria-current]")?.focus();
  }
}
