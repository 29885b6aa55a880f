// The legend of a widget: what the server says that its map draws at a zoom. The server evaluates the style, so
// that no evaluator of expressions is loaded.

import { html, icon } from "../dom";
import { groupsOf } from "../groups";
import type { Mark } from "../legend";
import { readJson } from "../server";
import { loadSprite, type Sprite, swatch } from "../swatch";
import { type Language, type Localised, say } from "../texts";
import type { StyleSpecification } from "maplibre-gl";

interface LegendAnswer {
  sprite: string;
  ground: string | null;
  entries: { group: string | null; title: Localised; swatch: SentMark[] }[];
}

/** A part of a swatch, as `/styles/{id}/legend` has it. */
type SentMark =
  | { type: "fill"; color: string; outline?: string; pattern?: string; opacity: number }
  | { type: "line"; color: string; width: number; gap: number; dash: number[]; round: boolean; opacity: number }
  | { type: "circle"; color: string; radius: number; outline: string; width: number; opacity: number }
  | { type: "icon"; image: string; size: number; rotate: number; opacity: number }
  | {
      type: "text"; text: string; font: string[]; size: number; color: string; halo: string; width: number;
      opacity: number;
    };

interface Setting {
  style: StyleSpecification;
  /** The id of the style. */
  id: string;
  base: string;
  language: Language;
  title: string;
  isOpen: boolean;
  hidden: ReadonlySet<string>;
  zoom: () => number;
}

export class LegendPanel {
  readonly element: HTMLElement;
  private readonly entries = html("div", { class: "entries", id: "entries", tabindex: 0 });
  private readonly toggle: HTMLButtonElement;
  private readonly answers = new Map<number, Promise<LegendAnswer>>();
  private sprite: Promise<Sprite | undefined> | undefined;
  /** The zoom whose legend is shown, or about to be. */
  private shown: number | undefined;

  constructor(private readonly setting: Setting) {
    this.toggle = html(
      "button", { type: "button", "aria-controls": "entries" }, icon("layers"), setting.title, icon("chevron"),
    );
    this.toggle.addEventListener("click", () => this.fold(!this.entries.hidden));
    this.entries.setAttribute("role", "group");
    this.entries.setAttribute("aria-label", setting.title);
    this.element = html("div", { class: "legend" }, this.toggle, this.entries);
    this.fold(!setting.isOpen);
  }

  /** Follows the map. */
  async update(): Promise<void> {
    if (this.entries.hidden) return;
    // Steps of half a zoom: little changes within, and each is asked for once.
    const zoom = Math.round(this.setting.zoom() * 2) / 2;
    if (zoom === this.shown) return;
    this.shown = zoom;
    const { id, base } = this.setting;
    const address = `${base}styles/${encodeURIComponent(id)}/legend?zoom=${zoom}`;
    const asked = this.answers.get(zoom) ?? readJson<LegendAnswer>(address);
    this.answers.set(zoom, asked);
    try {
      const answer = await asked;
      this.sprite ??= loadSprite(`${base}sprites/${answer.sprite.slice(answer.sprite.lastIndexOf("/") + 1)}`);
      const sprite = await this.sprite;
      if (zoom === this.shown) this.fill(answer, sprite);
    } catch {
      // The map says what is wrong; the legend stays as it is.
      this.answers.delete(zoom);
    }
  }

  private fold(folded: boolean): void {
    this.entries.hidden = folded;
    this.toggle.setAttribute("aria-expanded", String(!folded));
    void this.update();
  }

  private fill({ ground, entries }: LegendAnswer, sprite: Sprite | undefined): void {
    const { style, language, hidden } = this.setting;
    const lists = groupsOf(style).filter(({ id }) => !hidden.has(id)).flatMap((group) => {
      const own = entries.filter((entry) => entry.group === group.id);
      const items = own.map(({ title, swatch: marks }) =>
        html("li", {}, swatch(marks.map(received), ground ?? "#ffffff", sprite), html("span", {}, say(title, language))),
      );
      const title = say(group.title, language);
      // One thing of its group's name says it all.
      const isSame = own.length === 1 && own[0] && say(own[0].title, language) === title;
      if (items.length === 0) return [];
      // No heading: it would stand among the page's own.
      const name = html("p", { id: `group-${group.id}`, class: isSame ? "quiet" : undefined }, title);
      return [name, html("ul", { "aria-labelledby": name.id }, ...items)];
    });
    this.entries.replaceChildren(...lists);
  }
}

function received(mark: SentMark): Mark {
  const { opacity } = mark;
  switch (mark.type) {
    case "fill":
      return { kind: "fill", colour: mark.color, outline: mark.outline, pattern: mark.pattern, opacity };
    case "line": {
      const { width, gap, dash, round } = mark;
      return { kind: "line", colour: mark.color, width, gap, dashes: dash, round, opacity };
    }
    case "circle": {
      const { radius, outline, width } = mark;
      return { kind: "circle", colour: mark.color, radius, stroke: outline, strokeWidth: width, opacity };
    }
    case "icon":
      return { kind: "icon", image: mark.image, size: mark.size, turned: mark.rotate, opacity };
    case "text": {
      const [name, { text, size, halo }] = [mark.font.join(), mark];
      const [bold, italic] = [/bold/i.test(name), /italic/i.test(name)];
      return { kind: "text", text, colour: mark.color, halo, haloWidth: mark.width, size, bold, italic, opacity };
    }
  }
}
