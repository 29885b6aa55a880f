// Groups of layers, to show and hide, each with its legend at the zoom of the map.

import type { StyleSpecification } from "maplibre-gl";
import { byId, html } from "./dom";
import { type Group, groupsOf } from "./groups";
import { backgroundOf, type Entry, legendOf, scaleOf } from "./legend";
import { type Sprite, swatch } from "./swatch";
import { type Language, say, type Texts } from "./texts";

interface Row {
  group: Group;
  box: HTMLInputElement;
  note: HTMLElement;
  /** Where the only entry of a legend is shown that would say the group's title again. */
  sample: HTMLElement;
  legend: HTMLElement;
  /** What the legend shows now, to leave it alone while it stays the same. */
  shown: string;
}

export class LayerList {
  private style: StyleSpecification | undefined;
  private sprite: Sprite | undefined;
  private rows: Row[] = [];

  constructor(
    private readonly texts: Texts,
    private readonly language: Language,
    private readonly toggle: (group: string, shown: boolean) => void,
  ) {}

  /** Lists a style's groups. */
  setStyle(style: StyleSpecification, hidden: ReadonlySet<string>, zoom: number): void {
    this.style = style;
    this.sprite = undefined;
    const list = byId("layers");
    const focused = list.contains(document.activeElement);
    const group = this.rows.find(({ box }) => box === document.activeElement)?.group.id;
    this.rows = groupsOf(style).map((group) => this.row(group));
    list.replaceChildren(
      ...this.rows.map(({ group, box, note, sample, legend }) => {
        const title = html("span", { class: "title" }, say(group.title, this.language));
        return html("li", {}, html("label", {}, box, title, note, sample), legend);
      }),
    );
    this.setHidden(hidden, zoom);
    // Who was at a group goes on there, or where the list begins.
    if (focused) (this.rows.find((row) => row.group.id === group)?.box ?? byId("fold")).focus();
  }

  /** The images come when they come; until then their swatches are empty. */
  setSprite(sprite: Sprite | undefined, zoom: number): void {
    this.sprite = sprite;
    for (const row of this.rows) row.shown = "";
    this.update(zoom);
  }

  setHidden(hidden: ReadonlySet<string>, zoom: number): void {
    for (const { box, group } of this.rows) box.checked = !hidden.has(group.id);
    this.update(zoom);
  }

  /** Follows the zoom. */
  update(zoom: number): void {
    if (!this.style) return;
    const background = backgroundOf(this.style, zoom);
    for (const row of this.rows) {
      const entries = legendOf(this.style, row.group.id, zoom);
      this.note(this.style, row, zoom);
      const visible = row.box.checked ? entries : [];
      const now = JSON.stringify([background, visible]);
      if (now === row.shown) continue;
      row.shown = now;
      const [first, ...others] = visible;
      const same = first && say(first.title, this.language) === say(row.group.title, this.language);
      const only = same && others.length === 0 ? first : undefined;
      row.sample.replaceChildren(only ? swatch(only.marks, background, this.sprite) : "");
      row.sample.hidden = !only;
      const listed = only ? [] : visible;
      row.legend.replaceChildren(...listed.map((entry) => this.entry(entry, background)));
      row.legend.hidden = listed.length === 0;
    }
  }

  private row(group: Group): Row {
    const box = html("input", { type: "checkbox" });
    box.addEventListener("change", () => this.toggle(group.id, box.checked));
    const note = html("span", { class: "note" });
    const [sample, legend] = [html("span", { hidden: true }), html("ul", { class: "legend" })];
    return { group, box, note, sample, legend, shown: "" };
  }

  /** Says where a group is to be seen that is not to be seen here. */
  private note(style: StyleSpecification, { group, note, box }: Row, zoom: number): void {
    const { closerIn, otherScale } = this.texts;
    const scale = scaleOf(style, group.id, zoom);
    note.textContent = { here: "", closer: closerIn, other: otherScale }[scale];
    box.closest("label")?.classList.toggle("out-of-scale", scale !== "here");
  }

  private entry({ title, marks }: Entry, background: string): HTMLElement {
    const name = html("span", {}, say(title, this.language));
    return html("li", {}, swatch(marks, background, this.sprite), name);
  }
}
