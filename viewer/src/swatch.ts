// Swatches: what the legend found, as small drawings. SVG, so that they are crisp on any screen.

import { html, svg } from "./dom";
import type { Mark } from "./legend";

const WIDTH = 34;
const HEIGHT = 20;
/** What is larger on the map is drawn smaller here, to stay within a line of the legend. */
const LARGEST = { line: 9, radius: 7, icon: 18, text: 12 };
/** By how much a casing may be wider than its line. */
const CASING = 4;
/** What is finer on the map, which says it by its number, could not be told apart alone. */
const SMALLEST = { line: 1, icon: 14 };
const INSET = 3;

/** A style's images, on one sheet. */
export interface Sprite {
  sheet: HTMLImageElement;
  images: Record<string, { x: number; y: number; width: number; height: number; pixelRatio: number }>;
}

/** Loads the sheet of a style's images. A legend does without where there is none. */
export async function loadSprite(address: string): Promise<Sprite | undefined> {
  try {
    const response = await fetch(`${address}@2x.json`);
    const images = (await response.json()) as Sprite["images"];
    const sheet = new Image();
    sheet.src = `${address}@2x.png`;
    await sheet.decode();
    return { sheet, images };
  } catch {
    return undefined;
  }
}

/** A swatch on the map's background. The title beside it says the same, so it has no name. */
export function swatch(marks: Mark[], background: string, sprite: Sprite | undefined): HTMLElement {
  const viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
  const area = marks.some(({ kind }) => kind === "fill");
  const widths = marks.map((mark) => (mark.kind === "line" ? mark.width : Infinity));
  const drawn = marks.map((mark) => draw(mark, { area, core: Math.min(...widths) }, sprite));
  const element = html(
    "span",
    { class: "swatch", "aria-hidden": "true" },
    svg("svg", { viewBox, focusable: "false" }, ...drawn),
  );
  element.style.backgroundColor = background;
  return element;
}

/** What a mark must know of those that are drawn with it. */
interface Company {
  /** Whether there is a fill, whose border lines then follow. */
  area: boolean;
  /** The width of the narrowest line: the others are its casing. */
  core: number;
}

function draw(mark: Mark, { area, core }: Company, sprite: Sprite | undefined): SVGElement {
  const middle = { cx: WIDTH / 2, cy: HEIGHT / 2 };
  const { opacity } = mark;
  switch (mark.kind) {
    case "fill": {
      const image = mark.pattern === undefined ? undefined : pattern(mark.pattern, sprite);
      if (image) return image;
      const [fill, stroke] = [mark.colour, mark.outline ?? "none"];
      return svg("rect", { ...box(INSET), fill, stroke, opacity });
    }
    case "line": {
      const width = Math.min(Math.max(core, SMALLEST.line), LARGEST.line) + Math.min(mark.width - core, CASING);
      const shrunk = width / mark.width;
      const stroke = {
        fill: "none",
        stroke: mark.colour,
        "stroke-width": width,
        "stroke-dasharray": mark.dashes.map((length) => length * shrunk).join(" ") || undefined,
        "stroke-linecap": mark.round ? "round" : undefined,
        opacity,
      };
      if (area) return svg("rect", { ...box(INSET), ...stroke });
      const offset = mark.gap > 0 ? Math.min(mark.gap + width, LARGEST.line) / 2 : 0;
      const path = (y: number) => `M2 ${y}H${WIDTH - 2}`;
      const rows = offset > 0 ? [middle.cy - offset, middle.cy + offset] : [middle.cy];
      return svg("path", { d: rows.map(path).join(""), ...stroke });
    }
    case "circle": {
      const whole = mark.radius + mark.strokeWidth;
      const shrunk = Math.min(1, LARGEST.radius / whole);
      const width = mark.strokeWidth * shrunk;
      // MapLibre strokes outside the radius, SVG on it.
      const r = mark.radius * shrunk + width / 2;
      const [fill, stroke] = [mark.colour, width > 0 ? mark.stroke : "none"];
      return svg("circle", { ...middle, r, fill, stroke, "stroke-width": width, opacity });
    }
    case "icon": {
      const place = sprite?.images[mark.image];
      if (!sprite || !place) return svg("g");
      const [wide, high] = [place.width, place.height].map((px) => (px / place.pixelRatio) * mark.size);
      const side = Math.max(wide ?? 1, high ?? 1);
      const fitted = Math.min(Math.max(side, SMALLEST.icon), LARGEST.icon) / side;
      const [width, height] = [(wide ?? 1) * fitted, (high ?? 1) * fitted];
      const at = { x: middle.cx - width / 2, y: middle.cy - height / 2, width, height };
      const transform = `rotate(${mark.turned} ${middle.cx} ${middle.cy})`;
      return svg("g", { transform, opacity }, cut(mark.image, sprite, at) ?? "");
    }
    case "text": {
      const attributes = {
        x: middle.cx,
        y: middle.cy,
        fill: mark.colour,
        stroke: mark.haloWidth > 0 ? mark.halo : undefined,
        "stroke-width": mark.haloWidth * 2,
        "font-size": Math.min(mark.size, LARGEST.text),
        "font-weight": mark.bold ? 600 : undefined,
        "font-style": mark.italic ? "italic" : undefined,
        opacity,
      };
      return svg("text", attributes, mark.text.length > 5 ? "Abc" : mark.text);
    }
  }
}

/** The sheet's part with an image, at a place of the swatch. */
function cut(
  name: string, sprite: Sprite, at: { x: number; y: number; width: number; height: number },
): SVGElement | undefined {
  const place = sprite.images[name];
  if (!place) return undefined;
  const { sheet } = sprite;
  const image = { href: sheet.src, width: sheet.naturalWidth, height: sheet.naturalHeight };
  const viewBox = `${place.x} ${place.y} ${place.width} ${place.height}`;
  return svg("svg", { ...at, viewBox }, svg("image", image));
}

/** A fill's image, as often as it goes into the swatch. */
function pattern(name: string, sprite: Sprite | undefined): SVGElement | undefined {
  const place = sprite?.images[name];
  if (!sprite || !place) return undefined;
  const [width, height] = [place.width / place.pixelRatio, place.height / place.pixelRatio];
  const whole = svg("svg", box(INSET));
  for (let y = 0; y < HEIGHT; y += height) {
    for (let x = 0; x < WIDTH; x += width) {
      whole.append(cut(name, sprite, { x, y, width, height }) ?? "");
    }
  }
  return whole;
}

function box(inset: number): { x: number; y: number; width: number; height: number } {
  return { x: inset, y: inset, width: WIDTH - 2 * inset, height: HEIGHT - 2 * inset };
}
