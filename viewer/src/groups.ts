// Groups of a style's layers, which are shown and hidden together; the style's metadata has them. Pure.

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Localised } from "./texts";

/** Layers that are shown and hidden together. */
export interface Group {
  id: string;
  title: Localised;
  /** Whether the style shows it unasked. */
  visible: boolean;
}

interface StyleMetadata {
  "tuilerie:groups"?: { id: string; title: Localised; visible?: boolean }[];
}

/** The groups of a style from top to bottom, without those that have no layer in it. */
export function groupsOf(style: StyleSpecification): Group[] {
  const used = new Set(style.layers.map(groupOf));
  const groups = (style.metadata as StyleMetadata | undefined)?.["tuilerie:groups"] ?? [];
  return groups
    .filter(({ id }) => used.has(id))
    .map(({ id, title, visible }) => ({ id, title, visible: visible !== false }));
}

export function groupOf(layer: LayerSpecification): string | undefined {
  return (layer.metadata as { "tuilerie:group"?: string } | undefined)?.["tuilerie:group"];
}

/** A style with some of its groups hidden, and all others shown, those too that it hides itself. */
export function withHidden(style: StyleSpecification, hidden: ReadonlySet<string>): StyleSpecification {
  const layers = style.layers.map((layer) => {
    const group = groupOf(layer);
    if (group === undefined) return layer;
    return { ...layer, layout: { ...layer.layout, visibility: hidden.has(group) ? "none" : "visible" } };
  });
  return { ...style, layers } as StyleSpecification;
}

/** The box of what a style's sources hold: west, south, east, north. */
export function boundsOf(style: StyleSpecification): [number, number, number, number] | undefined {
  // The layers' own before those of archives, which may cover the world.
  for (const source of [style.sources.tuilerie, ...Object.values(style.sources)]) {
    if (source && "bounds" in source && source.bounds) return source.bounds;
  }
  return undefined;
}
