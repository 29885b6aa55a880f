// What an address chooses of what the server has, and how it would be said. Pure.

import type { StyleSpecification } from "maplibre-gl";
import type { Address } from "./address";
import { groupsOf } from "./groups";
import type { MapEntry } from "./server";
import type { Groups } from "./sheet";

/** The groups that are switched otherwise than the style has them. */
export function switched({ style, hidden }: { style: StyleSpecification; hidden: Set<string> }): Groups {
  const groups = groupsOf(style);
  const ids = (is: (group: (typeof groups)[number]) => boolean) => groups.filter(is).map(({ id }) => id);
  return {
    off: ids(({ id, visible }) => visible && hidden.has(id)),
    on: ids(({ id, visible }) => !visible && !hidden.has(id)),
  };
}

/** The map that an address names, by day or by night, or else the server's first. */
export function entryOf({ style }: Address, maps: MapEntry[]): MapEntry | undefined {
  return maps.find(({ id, dark }) => style && (id === style || dark === style)) ?? maps[0];
}

/** Which groups are hidden: those that the style hides, as changed by the address. */
export function hiddenGroups(style: StyleSpecification, { off, on }: Address): Set<string> {
  const groups = groupsOf(style).filter(({ id, visible }) =>
    visible ? off.includes(id) : !on.includes(id),
  );
  return new Set(groups.map(({ id }) => id));
}
