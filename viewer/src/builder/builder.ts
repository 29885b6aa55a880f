// The builder of widgets: a dialog in which a member sets up a map of their own, sees it at three widths, and
// copies what puts it on their site. What is copied, snippets.ts knows.

import "./builder.css";
import { copy } from "../clipboard";
import { button, html, icon } from "../dom";
import { boundsOf } from "../groups";
import { isNarrow } from "../page";
import { type MapEntry, readJson, readStyle } from "../server";
import { type Language, say } from "../texts";
import { readTerritory } from "../widget/data";
import { group, segments, select, tick } from "./fields";
import { address, type Attributes, frame, script, type Subject } from "./snippets";
import { type BuilderTexts, builderTexts } from "./texts";

/** What the viewer shows when the builder is opened. */
export interface Shown {
  maps: MapEntry[];
  map: string;
  /** The groups that are shown, where the reader has changed them. */
  layers: string[] | undefined;
  centre: { lng: number; lat: number };
  zoom: number;
}

interface Listed {
  code: string;
  name: string;
}

const WIDTHS = { phone: 360, tablet: 768, desktop: 1200 };
type Device = keyof typeof WIDTHS;
const HEIGHT = { least: 200, most: 1200, usual: 420 };
/** Each change of a field makes the preview anew: not at each letter. */
const TYPED_MS = 400;

export class Builder {
  private readonly texts: BuilderTexts;
  private readonly base = new URL(".", document.baseURI).href;
  private readonly form = html("form", { class: "settings" });
  private readonly preview = html("iframe", {});
  private readonly stage = html("div", { class: "stage" }, this.preview);
  private readonly code = html("textarea", { readonly: true, rows: 7, spellcheck: "false" });
  private readonly hint = html("p", { class: "hint" });
  private readonly unknown = html("p", { class: "unknown", role: "alert" });
  private readonly dialog = html("dialog", { class: "builder", "aria-labelledby": "builder-title" });
  private territories: Listed[] = [];
  private device: Device = isNarrow() ? "phone" : "desktop";
  private kind: "script" | "frame" | "address" = "script";
  private timer: number | undefined;
  /** Counts the changes: what is found out for one that is past is no longer wanted. */
  private turn = 0;
  private subject: Subject | undefined;

  private constructor(private readonly shown: Shown, private readonly language: Language) {
    this.texts = builderTexts(language);
  }

  /** Opens the dialog; what was set up in it before is forgotten. */
  static async open(shown: Shown, language: Language): Promise<void> {
    const builder = new Builder(shown, language);
    // A server without territories, or that hides them, has maps all the same.
    const listed = readJson<{ territories: Listed[] }>("territories").catch(() => ({ territories: [] }));
    builder.territories = (await listed).territories;
    builder.build();
  }

  private build(): void {
    const { texts, dialog } = this;
    const close = button({ icon: "close", label: texts.close }, () => dialog.close());
    const devices = (Object.keys(WIDTHS) as Device[]).map((name) => [name, texts[name]] as const);
    const kinds = (["script", "frame", "address"] as const).map((name) => [name, texts[name]] as const);
    const copied = html("span", { role: "status" });
    const copying = button({ icon: "copy", label: texts.copy, text: texts.copy, class: "main" }, () => void this.copy(copied));
    this.code.setAttribute("aria-label", texts.code);
    this.fill();
    dialog.append(
      html("header", {}, html("div", {}, html("h2", { id: "builder-title" }, texts.title), html("p", {}, texts.lead)), close),
      html(
        "div", { class: "work" },
        this.form,
        html(
          "div", { class: "outcome" },
          segments("device", texts.preview, devices, this.device, (device) => this.resize(device as Device)),
          this.stage,
          segments("kind", texts.code, kinds, this.kind, (kind) => this.write(kind as Builder["kind"])),
          this.hint,
          this.code,
          html("div", { class: "actions" }, copied, copying),
        ),
      ),
    );
    const resized = new ResizeObserver(() => this.resize(this.device));
    dialog.addEventListener("close", () => {
      resized.disconnect();
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    resized.observe(this.stage);
    void this.update();
  }

  /** The form's fields. */
  private fill(): void {
    const { texts, shown } = this;
    const maps = shown.maps.map(({ id, title }) => [id, say(title, this.language)] as const);
    const fields = [
      select("map", texts.map, maps, shown.map),
      this.territories.length > 0 && this.territoryField(),
      select("view", texts.view, [["whole", texts.wholeView], ["current", texts.currentView]], "whole"),
      shown.layers && tick("layers", texts.layers, true),
      html(
        "div", { class: "pair" },
        select("theme", texts.theme, [["light", texts.light], ["dark", texts.dark], ["", texts.auto]], "light"),
        select("language", texts.language, [["", texts.auto], ["fr", "Français"], ["en", "English"]], ""),
      ),
      html("div", { class: "pair" }, select("legend", texts.legend, [
        ["", texts.folded], ["open", texts.open], ["none", texts.none],
      ], ""), this.heightField()),
      group(texts.controls, ...(["zoom", "home", "fullscreen"] as const).map((name) => tick("controls", texts[name], true, name))),
      tick("reload", texts.reload, false),
    ];
    this.form.append(...fields.filter((field) => field instanceof HTMLElement));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.update(), TYPED_MS);
    });
  }

  private territoryField(): HTMLElement {
    const { texts } = this;
    const options = this.territories.map((listed) => html("option", { value: nameOf(listed) }));
    const input = html("input", {
      name: "territory", list: "territories", autocomplete: "off", placeholder: texts.wholeMap, "aria-describedby": "territory-hint",
    });
    return html(
      "div", {},
      html("label", { class: "field" }, html("span", {}, texts.territory), input),
      html("datalist", { id: "territories" }, ...options),
      html("p", { class: "hint", id: "territory-hint" }, texts.territoryHint),
      this.unknown,
    );
  }

  private heightField(): HTMLElement {
    const { least, most, usual } = HEIGHT;
    const input = html("input", { name: "height", type: "number", min: least, max: most, step: 10, value: usual });
    return html("label", { class: "field" }, html("span", {}, this.texts.height), input);
  }

  /** The widget's attributes, as the form says; those that say nothing new are left out. */
  private attributes(): Attributes {
    const data = new FormData(this.form);
    const text = (name: string) => String(data.get(name) ?? "");
    const territory = this.territoryOf(text("territory").trim());
    const controls = data.getAll("controls").map(String);
    const { centre, zoom } = this.shown;
    const isCurrent = text("view") === "current";
    const height = Math.min(Math.max(Number(text("height")) || HEIGHT.usual, HEIGHT.least), HEIGHT.most);
    const attributes: Record<string, string | false | undefined> = {
      map: text("map"),
      territory: territory?.code,
      theme: text("theme"),
      layers: text("map") === this.shown.map && data.has("layers") && this.shown.layers?.join(","),
      centre: isCurrent && `${centre.lng.toFixed(5)},${centre.lat.toFixed(5)}`,
      zoom: isCurrent && zoom.toFixed(1),
      language: text("language"),
      controls: controls.length === 3 ? undefined : controls.join(",") || "none",
      legend: text("legend"),
      height: `${Math.round(height)}px`,
    };
    const written = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value)) as Attributes;
    return data.has("reload") ? { ...written, reload: "" } : written;
  }

  /** What was typed: a name as it is listed, a name alone, or a code. */
  private territoryOf(typed: string): Listed | undefined {
    const same = (text: string) => text.toLowerCase() === typed.toLowerCase();
    const found = this.territories.find((listed) => same(nameOf(listed)) || same(listed.code) || same(listed.name));
    this.unknown.textContent = typed && !found ? this.texts.unknownTerritory : "";
    return found;
  }

  /** Makes preview and code anew. */
  private async update(): Promise<void> {
    const turn = ++this.turn;
    const attributes = this.attributes();
    const place = await this.placeOf(attributes).catch(() => undefined);
    if (turn !== this.turn) return;
    const entry = this.shown.maps.find(({ id }) => id === attributes.map);
    const territory = this.territories.find(({ code }) => code === attributes.territory)?.name;
    const title = this.texts.mapOf([entry && say(entry.title, this.language), territory].filter(Boolean).join(" – "));
    this.subject = { base: this.base, attributes, title, place };
    const src = address(this.subject);
    if (this.preview.src !== src) this.preview.src = src;
    this.resize(this.device);
    this.write(this.kind);
  }

  /** Where the drawn map is: as the widget frames itself. */
  private async placeOf({ map, territory, centre, zoom }: Attributes): Promise<string | undefined> {
    if (centre && zoom) return `${centre},${zoom}`;
    const found = territory ? (await readTerritory(territory, this.base))?.bbox : undefined;
    return (found ?? boundsOf(await readStyle(map ?? this.shown.map)))?.join(",");
  }

  /** The preview at a device's width, as large as there is room. */
  private resize(device: Device): void {
    this.device = device;
    const width = WIDTHS[device];
    const height = Number.parseInt(this.subject?.attributes.height ?? `${HEIGHT.usual}`, 10);
    const room = this.stage.clientWidth;
    const scale = Math.min(1, room / width);
    this.preview.title = this.texts.previewOf(width);
    Object.assign(this.preview.style, {
      width: `${width}px`, height: `${height}px`, transform: `scale(${scale})`,
      left: `${Math.max(0, (room - width * scale) / 2)}px`,
    });
    this.stage.style.height = `${height * scale}px`;
  }

  private write(kind: Builder["kind"]): void {
    this.kind = kind;
    this.hint.textContent = this.texts[`${kind}Hint`];
    this.code.value = this.subject ? { script, frame, address }[kind](this.subject) : "";
  }

  private async copy(said: HTMLElement): Promise<void> {
    const done = await copy(this.code.value, this.dialog);
    if (!done) this.code.select();
    said.replaceChildren(...(done ? [icon("done"), this.texts.copied] : [this.texts.copyFailed]));
  }
}

function nameOf({ code, name }: Listed): string {
  return name ? `${name} (${code})` : code;
}
