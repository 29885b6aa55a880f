// The card that prints: the choice of paper and scale, and on the map the frame of what will be on the sheet.
// The map stays free beneath: moving it moves what is printed. The server draws; this saves what it answers.

import type { Map as MapLibre } from "maplibre-gl";
import { button, byId, html } from "./dom";
import { roomBeside } from "./map";
import { say } from "./notice";
import { type Print, readPrint } from "./server";
import { frame, type Groups, imageAddress, nearestScale, type Paper, printAddress, SCALES, type Sheet, zoomToFit } from "./sheet";
import type { Language, Texts } from "./texts";

/** What would be printed. */
export interface Printed {
  /** The style by day: paper is white. */
  style: string;
  /** The style that the screen shows. */
  shown: string;
  title: string;
  groups: Groups;
}

type Kind = "pdf" | "image";

/** How much of its room a frame fills when the map is brought to it. */
const FILLED = 0.92;

export class PrintCard {
  private readonly card = byId("print");
  private readonly sheet = byId("sheet");
  private print: Print | undefined;
  private kind: Kind = "pdf";
  private chosen: Sheet = { paper: "a4", orientation: "landscape", legend: true, scale: 0, title: "" };
  /** The scale that is nearest to the view as it was when the card was opened. */
  private nearest = 0;
  private before: Element | null = null;
  private busy = false;

  /** `printed` says what would be, `opened` is told when the card takes its place. */
  constructor(
    private readonly map: MapLibre,
    private readonly texts: Texts,
    private readonly language: Language,
    private readonly printed: () => Printed | undefined,
    private readonly opened: () => void,
  ) {
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.close();
    });
    map.on("move", () => this.update());
    map.on("resize", () => this.update());
  }

  get open(): boolean {
    return !this.card.hidden;
  }

  async show(): Promise<void> {
    const printed = this.printed();
    if (!printed) return;
    if (this.open) return this.heading()?.focus();
    const before = document.activeElement;
    try {
      this.print = await readPrint(printed.style);
    } catch {
      return say(this.texts.printFailed);
    }
    this.before = before;
    this.opened();
    this.card.hidden = false;
    this.keepClear();
    this.chosen.title = "";
    this.nearest = nearestScale(this.paper().map, this.room(), this.map.getZoom(), this.map.getCenter().lat);
    this.chosen.scale = this.nearest;
    this.write();
    this.keepClear();
    this.fit();
    this.heading()?.focus();
  }

  close(): void {
    if (!this.open) return;
    const focused = this.card.contains(document.activeElement) || document.activeElement === document.body;
    this.card.hidden = true;
    this.sheet.hidden = true;
    this.keepClear();
    if (focused && this.before instanceof HTMLElement) this.before.focus();
  }

  /** What was in the middle of the map goes to the middle of the room that the cards leave, and back. */
  private keepClear(): void {
    const none = { left: 0, top: 0, right: 0, bottom: 0 };
    this.map.jumpTo({ center: this.map.getCenter(), padding: this.open ? roomBeside(this.card) : none });
  }

  /** Width and height of what the cards leave of the map. */
  private room(): [number, number] {
    const { left = 0, right = 0, top = 0, bottom = 0 } = this.map.getPadding();
    const { clientWidth, clientHeight } = this.map.getContainer();
    return [clientWidth - left - right, clientHeight - top - bottom];
  }

  private paper(): Paper {
    const { paper, orientation, legend } = this.chosen;
    const papers = this.print?.sheets ?? [];
    const found = papers.find((one) =>
      one.paper === paper && one.orientation === orientation && one.legend === legend);
    return found ?? { paper, orientation, legend, map: [200, 150] };
  }

  private frame(): [number, number] {
    return frame(this.paper().map, this.chosen.scale, this.map.getZoom(), this.map.getCenter().lat);
  }

  /** Brings the map to where the whole frame is seen. */
  private fit(): void {
    if (this.kind === "pdf") {
      const zoom = this.map.getZoom() + zoomToFit(this.frame(), this.room()) + Math.log2(FILLED);
      this.map.jumpTo({ zoom });
    }
    this.update();
  }

  /** Draws the frame where it is, and says what it is of. */
  private update(): void {
    if (!this.open) return;
    const { texts, chosen, sheet } = this;
    sheet.hidden = this.kind !== "pdf";
    const { x, y } = this.map.project(this.map.getCenter());
    const [width, height] = this.frame();
    const { style } = sheet;
    [style.left, style.top] = [`${x - width / 2}px`, `${y - height / 2}px`];
    [style.width, style.height] = [`${width}px`, `${height}px`];
    const [wide = 0, high = 0] = this.paper().map.map((side) => (side / 1000) * chosen.scale);
    const said = this.card.querySelector(".ground");
    if (said) {
      const { clientWidth, clientHeight } = this.map.getContainer();
      said.textContent = this.kind === "pdf" ? texts.onGround(wide, high) : texts.onScreen(clientWidth, clientHeight);
    }
    const link = this.link();
    if (link) link.href = this.address();
  }

  private address(): string {
    const printed = this.printed();
    if (!printed) return "";
    if (this.kind === "pdf") {
      return printAddress(printed.style, this.map.getCenter(), this.chosen, printed.groups, this.language);
    }
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { lng, lat } = this.map.unproject([clientWidth / 2, clientHeight / 2]);
    const place = { lng, lat, zoom: this.map.getZoom() };
    const most = this.print?.pixels ?? 0;
    return imageAddress(printed.shown, place, [clientWidth, clientHeight], most, printed.groups);
  }

  private heading(): HTMLElement | null {
    return this.card.querySelector("h2");
  }

  private link(): HTMLAnchorElement | null {
    return this.card.querySelector<HTMLAnchorElement>("a.primary");
  }

  private write(): void {
    const { texts, chosen } = this;
    const choice = <T extends string>(
      name: string, label: string, value: T, options: [T, string][], choose: (value: T) => void,
    ) =>
      html("fieldset", { class: `choice ${name}` }, html("legend", {}, label),
        html("div", {}, ...options.map(([option, text]) => {
          const input = html("input", { type: "radio", name, value: option, checked: option === value });
          input.addEventListener("change", () => choose(option));
          return html("label", {}, input, html("span", {}, text));
        })));
    const changed = () => this.fit();
    const title = html("input", {
      type: "text", name: "title", maxlength: 120, placeholder: this.printed()?.title ?? "", autocomplete: "off",
    });
    title.addEventListener("input", () => {
      chosen.title = title.value;
      this.update();
    });
    const scale = html("select", { name: "scale" }, ...SCALES.map((one) =>
      html("option", { value: one, selected: one === chosen.scale }, texts.scaleOf(one, one === this.nearest))));
    scale.addEventListener("change", () => {
      chosen.scale = Number(scale.value);
      changed();
    });
    const legend = html("input", { type: "checkbox", name: "legend", checked: chosen.legend });
    legend.addEventListener("change", () => {
      chosen.legend = legend.checked;
      changed();
    });
    const forPdf = html("div", { class: "for-pdf" },
      html("label", { class: "field" }, html("span", {}, texts.printTitle), title),
      choice("paper", texts.paper, chosen.paper, [["a4", "A4"], ["a3", "A3"]], (value) => {
        chosen.paper = value;
        changed();
      }),
      choice("orientation", texts.orientation, chosen.orientation,
        [["landscape", texts.landscape], ["portrait", texts.portrait]], (value) => {
          chosen.orientation = value;
          changed();
        }),
      html("label", { class: "field" }, html("span", {}, texts.scale), scale),
      html("label", { class: "check" }, legend, html("span", {}, texts.printLegend)));
    const hint = html("p", { class: "hint" });
    const link = html("a", { class: "primary", href: "" });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void this.save();
    });
    const kind = () => {
      forPdf.hidden = this.kind !== "pdf";
      hint.textContent = this.kind === "pdf" ? texts.printHint : texts.imageHint;
      this.label();
    };
    const form = html("form", {},
      choice<Kind>("kind", texts.printKind, this.kind, [["pdf", texts.asPdf], ["image", texts.asImage]], (value) => {
        this.kind = value;
        kind();
        this.keepClear();
        this.fit();
      }),
      forPdf, hint, html("p", { class: "ground" }));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.card.replaceChildren(
      html("header", {}, html("h2", { tabindex: -1 }, texts.print),
        button({ icon: "close", label: texts.close }, () => this.close())),
      form, html("footer", {}, link));
    kind();
  }

  private label(): void {
    const link = this.link();
    if (!link) return;
    const ready = this.kind === "pdf" ? this.texts.downloadPdf : this.texts.downloadImage;
    link.textContent = this.busy ? this.texts.printing : ready;
    link.setAttribute("aria-disabled", String(this.busy));
  }

  /** Asks the server for it and hands it to the browser as a file; says so where that fails. */
  private async save(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.label();
    try {
      const response = await fetch(this.address());
      if (!response.ok) {
        const { message } = (await response.json().catch(() => ({}))) as { message?: string };
        return say(message ? `${this.texts.printFailed} (${message})` : this.texts.printFailed);
      }
      const style = this.printed()?.style ?? "";
      const { paper, scale } = this.chosen;
      const name = this.kind === "pdf" ? `${style}-${scale}-${paper}.pdf` : `${style}.png`;
      const url = URL.createObjectURL(await response.blob());
      const saved = html("a", { href: url, download: name });
      document.body.append(saved);
      saved.click();
      saved.remove();
      // The browser has taken it by then.
      window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
      say(this.texts.printedDone);
    } catch {
      say(this.texts.printFailed);
    } finally {
      this.busy = false;
      this.label();
    }
  }
}
