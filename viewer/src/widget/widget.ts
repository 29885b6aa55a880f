// <tuilerie-map>: a map on anybody's page. This script is all that the page loads at first: it holds the map's
// place, in a shadow root that the page's styles do not reach, and fetches what draws it (map.ts, with MapLibre)
// when it comes near the screen. A classic script: it may be loaded with or without type="module".

import { Backoff } from "../backoff";
import { html } from "../dom";
import { NoAnswer } from "../server";
import { preferredLanguage } from "../texts";
import { readData } from "./data";
import { ATTRIBUTES, type Options, optionsOf, queryOf } from "./options";
import { sheetOf } from "./sheet";
import { widgetTexts } from "./texts";
import styles from "./widget.css?inline";
import type { Shown } from "./map";

/** The name of the built map.ts, which holds a hash of its content, and those of what it imports; build.mjs fills
 * them in. */
declare const MAP_MODULES: string[];

const NAME = "tuilerie-map";
/** How far below the screen a map begins to load: a swipe's way. */
const NEAR = "600px";

/** A server that cannot give the map now is asked again, less and less often. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

const night = window.matchMedia("(prefers-color-scheme: dark)");

/** Where this script came from, and with it everything else. */
const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src$="/widget.js"], script[src*="/widget.js?"]');
const BASE = new URL(".", script?.src ?? document.baseURI).href;

class TuilerieMap extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  private readonly root = this.attachShadow({ mode: "open" });
  private readonly sheet = sheetOf(styles);
  private readonly size = sheetOf("");
  private near: IntersectionObserver | undefined;
  private shown: Shown | undefined;
  /** Counts the beginnings: what comes after the next one is too late. */
  private turn = 0;
  private changing = false;
  private readonly backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);
  private waiting: number | undefined;

  connectedCallback(): void {
    this.root.adoptedStyleSheets = [this.sheet, this.size];
    night.addEventListener("change", this.onNight);
    this.begin();
  }

  disconnectedCallback(): void {
    night.removeEventListener("change", this.onNight);
    this.end();
  }

  private readonly onNight = () => {
    if (optionsOf((name) => this.getAttribute(name)).theme === "auto") this.attributeChangedCallback();
  };

  attributeChangedCallback(): void {
    if (!this.isConnected || this.changing) return;
    // Several attributes are often changed together: once for all of them.
    this.changing = true;
    queueMicrotask(() => {
      this.changing = false;
      if (this.isConnected) this.begin();
    });
  }

  /** Holds the map's place, and waits until it is needed. */
  private begin(): void {
    this.end();
    const options = optionsOf((name) => this.getAttribute(name));
    this.size.replaceSync(`:host { height: ${options.height} }`);
    this.near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.near?.disconnect();
        void this.load(options);
      },
      { rootMargin: NEAR },
    );
    this.near.observe(this);
    this.place(options);
  }

  private end(): void {
    this.turn++;
    window.clearTimeout(this.waiting);
    this.backoff.reset();
    this.near?.disconnect();
    this.shown?.remove();
    this.shown = undefined;
  }

  /** The frame, and what it says until there is a map. */
  private place(options: Options): HTMLElement {
    const language = this.languageOf(options);
    const message = html("p", { class: "message" }, widgetTexts(language).loading);
    const frame = html("div", { class: `frame ${this.schemeOf(options)}`, lang: language, "aria-busy": "true" }, message);
    this.root.replaceChildren(frame);
    return frame;
  }

  private async load(options: Options): Promise<void> {
    const turn = ++this.turn;
    const frame = this.place(options);
    const language = this.languageOf(options);
    const scheme = this.schemeOf(options);
    try {
      const data = readData(options, scheme, BASE);
      // Who waits for it hears what goes wrong.
      data.catch(() => undefined);
      // All at once: the browser would hear of what the first one imports only when it has it.
      const modules = MAP_MODULES.map((name) => import(/* @vite-ignore */ new URL(name, BASE).href) as Promise<unknown>);
      const { show } = (await Promise.all(modules))[0] as typeof import("./map");
      const isWanted = () => turn === this.turn;
      const texts = widgetTexts(language);
      const shown = await show({ frame, options, language, scheme, base: BASE, isWanted, texts, data });
      if (isWanted()) this.shown = shown;
      else shown?.remove();
    } catch (error) {
      // Another server, a policy that forbids it, a network that is gone: the page is none the worse.
      console.warn(`${NAME}:`, error);
      if (turn !== this.turn) return;
      this.fail(frame, options);
      // A server that reads, restarts or is mended: this page need not be loaded again.
      if (error instanceof NoAnswer && error.passing) {
        this.waiting = window.setTimeout(() => void this.load(options), this.backoff.next());
      }
    }
  }

  /** Where the map cannot be here, it is elsewhere. */
  private fail(frame: HTMLElement, options: Options): void {
    const texts = widgetTexts(this.languageOf(options));
    const said = (["map", "territory", "centre", "zoom"] as const).map((name) => [name, this.getAttribute(name) ?? ""]);
    const href = `${BASE}embed${queryOf(Object.fromEntries(said))}`;
    const link = html("a", { href, target: "_blank", rel: "noopener" }, texts.larger);
    frame.replaceChildren(html("p", { class: "message" }, texts.failed, " ", link));
    frame.setAttribute("aria-busy", "false");
  }

  /** As written, or as the page around is. */
  private languageOf({ language }: Options): "fr" | "en" {
    const around = this.closest("[lang]")?.getAttribute("lang");
    return language ?? preferredLanguage(around ? [around] : navigator.languages);
  }

  /** Dark where that was asked for, or where both the page and its reader are. */
  private schemeOf({ theme }: Options): "light" | "dark" {
    if (theme !== "auto") return theme;
    const page = getComputedStyle(this).colorScheme.split(" ");
    return page.includes("dark") && (night.matches || !page.includes("light")) ? "dark" : "light";
  }
}

// A page may have the script twice.
if (!customElements.get(NAME)) customElements.define(NAME, TuilerieMap);
