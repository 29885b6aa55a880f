// The card that says what lies at a place: its features, one unfolded at a time, and where it is.

import type { LngLat } from "maplibre-gl";
import { copyButtons } from "./readout";
import { readings } from "./coordinates";
import { button, byId, html, icon } from "./dom";
import { type Found, MOST_FEATURES } from "./features";
import { swatch } from "./swatch";
import type { Sprite } from "./swatch";
import { type Language, type Texts } from "./texts";
import { fieldName, fieldValue } from "./vocabulary";

/** What the card is shown with. */
export interface Place {
  at: LngLat;
  zoom: number;
  features: Found[];
  background: string;
  sprite: Sprite | undefined;
}

export class Details {
  private readonly card = byId("details");
  /** Where the focus was before the card took it. */
  private before: Element | null = null;

  /** `select` is told which feature is being read, if any. */
  constructor(
    private readonly texts: Texts,
    private readonly language: Language,
    private readonly select: (found: Found | undefined) => void,
  ) {
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.close();
    });
  }

  get open(): boolean {
    return !this.card.hidden;
  }

  /** `focus`: who asked by keyboard goes on from here. */
  show(place: Place, focus: boolean): void {
    const { texts } = this;
    const count = place.features.length;
    const title = count >= MOST_FEATURES ? texts.foundAtLeast(count) : texts.found(count);
    const heading = html("h2", { tabindex: -1 }, count === 0 ? texts.nothing : title);
    const items = place.features.map((found, index) => this.item(found, index, place));
    const where = readings(place.at, place.zoom, this.language);
    this.card.replaceChildren(
      html("header", {}, heading, button({ icon: "close", label: texts.close }, () => this.close())),
      html("ul", { class: "found" }, ...items),
      html("footer", {}, ...copyButtons(where, texts)),
    );
    if (!this.open) this.before = document.activeElement;
    this.card.hidden = false;
    this.card.scrollTop = 0;
    this.unfold(0, place.features);
    if (focus) heading.focus();
  }

  close(): void {
    if (!this.open) return;
    const focused = this.card.contains(document.activeElement);
    this.card.hidden = true;
    this.select(undefined);
    if (focused && this.before instanceof HTMLElement) this.before.focus();
  }

  private item(found: Found, index: number, place: Place): HTMLElement {
    const { kind, name, marks } = found;
    const opener = html(
      "button",
      { type: "button", "aria-controls": `feature-${index}` },
      swatch(marks, place.background, place.sprite),
      html(
        "span",
        { class: "what" },
        html("span", { class: "kind" }, kind),
        name ? html("span", { class: "name" }, name) : undefined,
      ),
      icon("chevron"),
    );
    opener.addEventListener("click", () => {
      const folded = opener.getAttribute("aria-expanded") !== "true";
      this.unfold(folded ? index : undefined, place.features);
    });
    return html("li", {}, opener, this.attributes(found, index));
  }

  private attributes({ properties }: Found, index: number): HTMLElement {
    const id = `feature-${index}`;
    const rows = Object.entries(properties).map(([name, value]) => {
      const term = html("dt", { title: name }, fieldName(name, this.language));
      return html("div", {}, term, html("dd", {}, fieldValue(name, value, this.language)));
    });
    if (rows.length === 0) return html("p", { id }, this.texts.noAttributes);
    return html("dl", { id }, ...rows);
  }

  private unfold(chosen: number | undefined, features: Found[]): void {
    const openers = this.card.querySelectorAll<HTMLElement>(".found > li > button");
    openers.forEach((opener, index) => {
      opener.setAttribute("aria-expanded", String(index === chosen));
      byId(`feature-${index}`).hidden = index !== chosen;
    });
    this.select(chosen === undefined ? undefined : features[chosen]);
  }
}
