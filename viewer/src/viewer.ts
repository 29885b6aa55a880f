// The viewer: what is shown and why it changes. Its parts know the page or the map; this knows both.

import type { Map as MapLibre, Point, StyleSpecification } from "maplibre-gl";
import { type Address, formatAddress, parseAddress } from "./address";
import { followChanges } from "./changes";
import { entryOf, hiddenGroups, switched } from "./choice";
import { Chooser } from "./chooser";
import { copy } from "./clipboard";
import { showControls } from "./controls";
import { Details } from "./details";
import { byId } from "./dom";
import { featuresAt } from "./features";
import { highlight } from "./highlight";
import { LayerList } from "./layers";
import { boundsOf, groupsOf, withHidden } from "./groups";
import { backgroundOf } from "./legend";
import { begin, createMap, showGroup, uncover, viewOf } from "./map";
import { say, setNotice } from "./notice";
import { foldLegend, isNarrow, setMessage } from "./page";
import { isDrawnByProcessor, showPoster } from "./poster";
import { PrintCard, type Printed } from "./print";
import { showReadout, showSources } from "./readout";
import { type Catalog, isFault, type MapEntry, NoAnswer, readCatalog, type Readiness, readReadiness, readStyle } from "./server";
import { loadSprite, type Sprite } from "./swatch";
import { type Language, say as inLanguage, type Texts } from "./texts";
import { Watch } from "./watch";

/** A map that is shown, or about to be. */
interface Shown {
  /** As the address has it: the map's, or that of its style by night where it is to be dark in any case. */
  id: string;
  entry: MapEntry;
  /** The id of the style that is drawn. */
  drawn: string;
  style: StyleSpecification;
  hidden: Set<string>;
  sprite: Sprite | undefined;
}

/**
 * A server that is still reading shows more with every layer. Drawing each anew would keep the browser
 * from ever being done; a map that is complete sooner than this is waited for.
 */
const INCOMPLETE_EVERY_MS = 3_000;

export class Viewer {
  private catalog: Catalog = { maps: [], layerTitles: new Map() };
  private shown: Shown | undefined;
  /** None where the browser cannot draw it, and before it is set up. */
  private map: MapLibre | undefined;
  private print: PrintCard | undefined;
  private isSetUp = false;
  /** Whether tiles may be missing that the server would have now. */
  private incomplete = false;
  /** Whether the server was gone since the page was loaded. */
  private gone = false;
  /** What the server answered that cannot make what is wanted of it. */
  private fault: number | undefined;
  /** Whether that is said. */
  private faultTold = false;
  /** Counts the choices of a map: an answer that comes after the next choice is too late. */
  private choice = 0;
  /** When the map was last drawn anew, since the page began. */
  private drawnAt = 0;
  private drawing: number | undefined;

  /** Whether the page is dark: then the map is, too. */
  private readonly night = window.matchMedia("(prefers-color-scheme: dark)");

  private readonly chooser: Chooser;
  private readonly layers: LayerList;
  private readonly details: Details;
  private readonly watch = new Watch((readiness) => this.report(readiness));

  constructor(private readonly texts: Texts, private readonly language: Language) {
    // A graphics card does it while the server says what there is; a processor has better things to do.
    if (!isDrawnByProcessor()) this.setUp();
    this.chooser = new Chooser(texts, language, (id) => void this.choose(id));
    this.layers = new LayerList(texts, language, (group, on) => this.toggle(group, on));
    this.details = new Details(texts, language, (found) => {
      if (this.map) highlight(this.map, found);
    });
    this.night.addEventListener("change", () => void this.show(this.address, "keep"));
    window.addEventListener("popstate", () => void this.show(this.address, "follow"));
  }

  private setUp(): void {
    this.isSetUp = true;
    this.map = createMap(this.texts);
    this.print = this.map && new PrintCard(this.map, this.texts, this.language, () => this.printed(), () => {
      this.details.close();
      if (isNarrow()) foldLegend(true);
    });
  }

  /** Reads everything from the server and shows what the address says. */
  async load(): Promise<void> {
    window.clearTimeout(this.drawing);
    this.drawing = undefined;
    try {
      const [catalog, readiness] = await Promise.all([readCatalog(), readReadiness()]);
      this.catalog = catalog;
      if (readiness.state !== "ready") {
        this.watch.look();
        const isComplete = entryOf(this.address, catalog.maps)?.complete;
        if (!this.shown && !isComplete && this.nextDrawing() > 0) return this.drawLater();
      }
    } catch (error) {
      return this.failed(error);
    }
    this.drawnAt = performance.now();
    await this.show(this.address, "keep");
  }

  /** How long to wait until a map that is not complete may be drawn, in milliseconds. */
  private nextDrawing(): number {
    return this.drawnAt + INCOMPLETE_EVERY_MS - performance.now();
  }

  private drawLater(): void {
    this.drawing ??= window.setTimeout(() => void this.load(), Math.max(this.nextDrawing(), 0));
  }

  /** A link to what is shown. */
  async copyLink(): Promise<void> {
    this.remember();
    say((await copy(window.location.href)) ? this.texts.linkCopied : this.texts.copyFailed);
  }

  /** Opens the builder of widgets on what is shown. It is loaded when somebody wants it. */
  async embed(): Promise<void> {
    if (!this.shown || !this.map) return;
    const { id, style, hidden } = this.shown;
    const groups = groupsOf(style);
    const isChanged = groups.some((group) => group.visible === hidden.has(group.id));
    const shown = groups.filter((group) => !hidden.has(group.id)).map((group) => group.id);
    const { Builder } = await import("./builder/builder");
    await Builder.open({
      maps: this.catalog.maps.filter(({ begun }) => begun),
      map: id,
      layers: isChanged ? shown : undefined,
      centre: this.map.getCenter(),
      zoom: this.map.getZoom(),
    }, this.language);
  }

  private get address(): Address {
    return parseAddress(window.location.search, window.location.hash);
  }

  /** Shows what an address says; its position only where the map is to `follow`. */
  private async show(address: Address, position: "follow" | "keep"): Promise<void> {
    const choice = ++this.choice;
    const maps = this.catalog.maps.filter(({ begun }) => begun);
    const entry = entryOf(address, maps);
    if (!entry) return setMessage(this.texts.none);
    const known = address.style === entry.id || address.style === entry.dark;
    if (address.style && !known) say(this.texts.noSuchMap);
    const id = known && address.style ? address.style : entry.id;
    const drawn = (this.night.matches && entry.dark) || id;
    let style: StyleSpecification;
    try {
      style = await readStyle(drawn);
    } catch (error) {
      if (choice !== this.choice) return;
      // Others may be well.
      this.chooser.update(maps, entry.id);
      return this.failed(error);
    }
    if (choice !== this.choice) return;
    this.fault = undefined;
    const next: Shown = { id, entry, drawn, style, hidden: hiddenGroups(style, address), sprite: undefined };
    if (this.isSetUp && !this.map) return setMessage(this.texts.noWebGl);
    setMessage(undefined);
    this.chooser.update(maps, entry.id);
    if (!this.isSetUp) {
      await showPoster(viewOf(style, address.position), drawn, switched(next));
      if (choice !== this.choice) return;
      this.setUp();
    }
    if (!this.map) return setMessage(this.texts.noWebGl);
    this.draw(this.map, next, address, position);
    document.title = `${inLanguage(entry.title, this.language)} · Tuilerie`;
    this.remember();
  }

  private draw(map: MapLibre, next: Shown, address: Address, position: "follow" | "keep"): void {
    const before = this.shown;
    const same = before && JSON.stringify(before.style) === JSON.stringify(next.style);
    this.shown = same ? { ...next, sprite: before.sprite } : next;
    if (!before) {
      begin(map, withHidden(next.style, next.hidden), viewOf(next.style, address.position));
      this.attend(map);
    } else {
      if (position === "follow" && address.position) {
        const { lng, lat, zoom } = address.position;
        map.jumpTo({ center: [lng, lat], zoom });
      }
      if (!same) this.details.close();
      // What differs is changed; where tiles failed, which MapLibre does not ask for again, everything.
      map.setStyle(withHidden(next.style, next.hidden), { diff: !this.incomplete });
    }
    this.incomplete = false;
    const zoom = this.legendZoom();
    if (same) return this.layers.setHidden(next.hidden, zoom);
    // The map first: it asks for its tiles in the next frame, and while they come there is time.
    window.requestAnimationFrame(() => window.setTimeout(() => {
      if (this.shown !== next) return;
      this.layers.setStyle(next.style, next.hidden, this.legendZoom());
      void this.loadSprite(next);
    }));
  }

  private async loadSprite(shown: Shown): Promise<void> {
    if (typeof shown.style.sprite !== "string") return;
    shown.sprite = await loadSprite(shown.style.sprite);
    if (this.shown === shown) this.layers.setSprite(shown.sprite, this.legendZoom());
  }

  /** What happens on the map. */
  private attend(map: MapLibre): void {
    followChanges(map, "changes");
    showReadout(map, this.texts, this.language);
    showControls(
      map, this.texts, () => this.shown && boundsOf(this.shown.style), () => void this.print?.show(),
    );
    map.on("styledata", () => showSources(map));
    map.on("zoom", () => this.layers.update(this.legendZoom()));
    map.on("moveend", () => this.remember());
    map.on("error", ({ error }) => this.failed(error));
    map.on("idle", () => {
      if (this.fault === undefined && this.faultTold) this.tellFault();
    });
    map.on("click", ({ point }) => this.inspect(map, point, "pointer"));
    map.getCanvas().addEventListener("keydown", ({ key }) => {
      if (key === "Enter") this.inspect(map, map.project(map.getCenter()), "keyboard");
    });
  }

  private inspect(map: MapLibre, point: Point, by: "pointer" | "keyboard"): void {
    // While the map is being placed on a sheet, a click is a slip.
    if (!this.shown || this.print?.open) return;
    const { style, sprite } = this.shown;
    const layers = style.layers.filter(({ type }) => type !== "background");
    const features = featuresAt(map, point, layers, this.catalog, this.language);
    // A click beside everything puts the card away.
    if (features.length === 0 && by === "pointer") return this.details.close();
    const [at, zoom] = [map.unproject(point), map.getZoom()];
    const background = backgroundOf(style, zoom);
    this.details.show({ at, zoom, features, background, sprite }, by === "keyboard");
    if (isNarrow()) foldLegend(true);
    uncover(map, point, byId("details"));
  }

  private async choose(id: string): Promise<void> {
    const { lang, position } = this.address;
    window.history.pushState(null, "", formatAddress({ lang, style: id, off: [], on: [], position }));
    await this.show(this.address, "keep");
    if (isNarrow()) foldLegend(true);
  }

  private toggle(group: string, on: boolean): void {
    if (!this.shown || !this.map) return;
    const { style, hidden } = this.shown;
    if (on) hidden.delete(group);
    else hidden.add(group);
    showGroup(this.map, style, group, on);
    this.layers.setHidden(hidden, this.legendZoom());
    this.remember();
  }

  private printed(): Printed | undefined {
    if (!this.shown) return undefined;
    const { entry, drawn } = this.shown;
    const title = inLanguage(entry.title, this.language);
    return { style: entry.id, shown: drawn, title, groups: switched(this.shown) };
  }

  /** Puts what is shown into the address. */
  private remember(): void {
    if (!this.shown || !this.map) return;
    const { id } = this.shown;
    const { lng, lat } = this.map.getCenter();
    const address: Address = {
      lang: this.address.lang,
      style: id,
      ...switched(this.shown),
      position: { lng, lat, zoom: this.map.getZoom() },
    };
    window.history.replaceState(null, "", formatAddress(address));
    const other = this.language === "fr" ? "en" : "fr";
    byId("language").setAttribute("href", formatAddress({ ...address, lang: other }));
  }

  /** Downwards, so that nothing is said to be seen before it is; coarse, so that little changes. */
  private legendZoom(): number {
    return Math.floor((this.map?.getZoom() ?? 0) * 10) / 10;
  }

  /** What may pass is waited for; what will not is said. */
  private failed(error: unknown): void {
    // MapLibre's have the status 0 where there was no answer.
    const status = (error as { status?: number }).status;
    if (error instanceof NoAnswer ? error.passing : status === 0 || (status ?? 0) >= 500) {
      this.incomplete = true;
      if (isFault(status)) {
        this.fault = status;
        this.tellFault();
      }
      return this.watch.look();
    }
    console.warn(error);
    if (error instanceof NoAnswer) say(this.texts.failed);
  }

  /** Says that the server cannot make the map; or no longer that it cannot. */
  private tellFault(): void {
    const { texts, fault } = this;
    this.faultTold = fault !== undefined;
    if (fault === undefined) return setNotice(undefined);
    if (!this.shown) setMessage(texts.failed);
    setNotice({ text: texts.fault(fault), action: { text: texts.retry, do: () => this.watch.now() } });
  }

  private report(readiness: Readiness): void {
    const { texts } = this;
    if (readiness.state === "gone") {
      this.gone = true;
      return setNotice({ text: texts.gone, action: { text: texts.retry, do: () => this.watch.now() } });
    }
    const loading = readiness.state === "loading" ? readiness.loading : 0;
    if (loading > 0) setNotice({ text: texts.stillLoading(loading) });
    // What was wrong is told until it is not.
    else if (!this.faultTold) setNotice(undefined);
    // A server that comes back may be another version, with another page; the address keeps the view.
    if (!this.gone) {
      if (readiness.state === "ready") void this.load();
      else if (!this.shown) void this.load();
      else this.drawLater();
    } else if (readiness.state === "ready") window.location.reload();
  }
}
