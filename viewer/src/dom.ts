// Elements made of names, attributes and texts. Texts go in as text: there is no way here to put in
// HTML, whatever data holds. Nor style attributes, which the content security policy refuses.

type Child = Node | string | undefined;
type Attributes = Record<string, string | number | boolean | undefined>;

const SVG = "http://www.w3.org/2000/svg";

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** An element of index.html. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}

/** A button that shows an icon alone, or with a text. */
export function button(
  look: { icon?: Icon; label: string; text?: string; class?: string }, onClick: () => void,
): HTMLButtonElement {
  const element = html(
    "button",
    { type: "button", class: look.class, "aria-label": look.text ? undefined : look.label },
    look.icon && icon(look.icon),
    look.text,
  );
  if (!look.text) element.title = look.label;
  element.addEventListener("click", onClick);
  return element;
}

export type Icon = keyof typeof ICONS;

/** Drawn on 20 × 20, in lines of the text's colour. */
const ICONS = {
  chevron: "M5 8l5 5 5-5",
  close: "M5 5l10 10M15 5L5 15",
  copy: "M8 8V4h8v8h-4M4 8h8v8H4z",
  done: "M4 10.5l4 4 8-9",
  embed: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  expand: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
  home: "M3 9.5L10 4l7 5.5M5 8.5V16h10V8.5",
  link: "M8.5 11.5l3-3M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2",
  layers: "M10 3l8 4.5-8 4.5-8-4.5zM3 11.5l7 4 7-4",
  minus: "M4 10h12",
  plus: "M4 10h12M10 4v12",
  print: "M6 8V3h8v5M6 14H3V8h14v6h-3M6 11.5h8V17H6z",
  target: "M10 2v3M10 15v3M2 10h3M15 10h3M10 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10z",
} as const;

export function icon(name: Icon): SVGSVGElement {
  return svg(
    "svg",
    { class: `icon ${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}

function filled<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}
