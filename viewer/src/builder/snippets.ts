// What a member copies: the widget as its attributes say it, as script, frame and address. Pure.

import { type Attribute, DEFAULT_HEIGHT, queryOf } from "../widget/options";

export type Attributes = Partial<Record<Attribute, string>>;

/** What the codes are about, beside the widget's attributes. */
export interface Subject {
  /** The server's address, with a slash at its end. */
  base: string;
  attributes: Attributes;
  /** What the map is called, for those who do not see it. */
  title: string;
  /** Where the drawn map is, for those without scripts: as `/styles/{style}/static/{place}` has it. */
  place: string | undefined;
}

/** Of the drawn map: a column of text. */
const DRAWN_WIDTH = 800;

/** The address of a page of nothing but the map. */
export function address({ base, attributes }: Subject): string {
  const { height: _, ...others } = attributes;
  return `${base}embed${queryOf(others)}`;
}

/** The element, and the script that makes a map of it. */
export function script(subject: Subject): string {
  const { base, attributes, title, place } = subject;
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === "" ? ` ${name}` : ` ${name}="${escaped(value)}"`));
  const height = Number.parseInt(attributes.height ?? DEFAULT_HEIGHT, 10);
  const src = `${base}styles/${encodeURIComponent(attributes.map ?? "")}/static/${place}/${DRAWN_WIDTH}x${height}.png`;
  const image = place && `<img src="${escaped(src)}" alt="${escaped(title)}" width="100%">`;
  return [
    `<script src="${escaped(base)}widget.js" async></script>`,
    `<tuilerie-map${written.join("")}>`,
    `  <noscript><a href="${escaped(address(subject))}">${image || escaped(title)}</a></noscript>`,
    "</tuilerie-map>",
  ].join("\n");
}

/** A frame, for editors that strip scripts. */
export function frame(subject: Subject): string {
  const height = Number.parseInt(subject.attributes.height ?? DEFAULT_HEIGHT, 10);
  return (
    `<iframe src="${escaped(address(subject))}" title="${escaped(subject.title)}" width="100%" height="${height}" ` +
    'style="border: 0" loading="lazy" allowfullscreen></iframe>'
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
