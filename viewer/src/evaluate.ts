// What a style's property is at a zoom for a feature: the style specification's own evaluation,
// as MapLibre has it inside, without a map. Pure.

import { latest, normalizePropertyExpression } from "@maplibre/maplibre-gl-style-spec";
import type { LayerSpecification } from "maplibre-gl";

export type Properties = Record<string, string | number | boolean>;
type Specification = Parameters<typeof normalizePropertyExpression>[2];

/** The geometry that each kind of layer is drawn of, for styles that ask. */
const GEOMETRY: Record<string, "Polygon" | "LineString" | "Point"> = {
  fill: "Polygon",
  line: "LineString",
};

/** Reads one layer's properties at a zoom, as they are for a feature. */
export class LayerAtZoom {
  constructor(
    private readonly layer: LayerSpecification,
    private readonly zoom: number,
    private readonly properties: Properties,
  ) {}

  number(name: string): number {
    const value = this.evaluate(name);
    return typeof value === "number" ? value : 0;
  }

  numbers(name: string): number[] {
    const value = this.evaluate(name);
    return Array.isArray(value) ? value.filter((one) => typeof one === "number") : [];
  }

  /** A text, a colour in CSS's form or an image's name; undefined where there is none. */
  text(name: string): string | undefined {
    const value = this.evaluate(name);
    return value === null || value === undefined ? undefined : String(value) || undefined;
  }

  private evaluate(name: string): unknown {
    const { type } = this.layer;
    const reference = latest as unknown as Record<string, Record<string, Specification>>;
    const [kind, specification] = reference[`paint_${type}`]?.[name]
      ? (["paint", reference[`paint_${type}`]?.[name]] as const)
      : (["layout", reference[`layout_${type}`]?.[name]] as const);
    if (!specification) return undefined;
    const written = (this.layer[kind] as Record<string, unknown> | undefined)?.[name];
    const value = written ?? ("default" in specification ? specification.default : undefined);
    if (value === undefined) return undefined;
    const expression = normalizePropertyExpression(value as never, name, specification);
    const feature = { type: GEOMETRY[type] ?? "Point", properties: this.properties } as const;
    return expression.evaluate({ zoom: this.zoom }, feature, {}, undefined, []);
  }
}
