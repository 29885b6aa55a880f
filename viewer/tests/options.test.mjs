// What the attributes of a widget say, and the address of /embed with them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./support/source.mjs";

const { optionsOf, queryOf } = await source("widget/options");
const of = (attributes) => optionsOf((name) => attributes[name] ?? null);

test("a widget without attributes is the server's first map", () => {
  assert.deepEqual(of({}), {
    map: undefined, territory: undefined, theme: "auto", layers: undefined, centre: undefined, zoom: undefined,
    language: undefined, controls: ["zoom", "home", "fullscreen"], legend: "folded", height: "420px",
    gestures: "cooperative", reload: false,
  });
});

test("each attribute says what it says", () => {
  const options = of({
    map: " plan ", territory: "11069", theme: "dark", layers: "voies, bati,", centre: "2.35, 43.21", zoom: "14.5",
    language: "en", controls: "home,zoom", legend: "open", height: "60vh", gestures: "free", reload: "",
  });
  assert.deepEqual(options, {
    map: "plan", territory: "11069", theme: "dark", layers: ["voies", "bati"], centre: { lng: 2.35, lat: 43.21 },
    zoom: 14.5, language: "en", controls: ["zoom", "home"], legend: "open", height: "60vh", gestures: "free", reload: true,
  });
});

test("nonsense is as if absent, and never style", () => {
  for (const height of ["", "rien", "-3", "1px;color:red", "calc(1px)", "12 px"]) assert.equal(of({ height }).height, "420px");
  assert.equal(of({ height: "300" }).height, "300px");
  for (const centre of ["", "2", "a,b", "2,43,1", "200,43", "2,91"]) assert.equal(of({ centre }).centre, undefined);
  for (const zoom of ["", "-1", "99", "x"]) assert.equal(of({ zoom }).zoom, undefined);
  assert.deepEqual(of({ controls: "none" }).controls, []);
  assert.equal(of({ reload: "false" }).reload, false);
});

test("an address of /embed says the same", () => {
  const attributes = { map: "plan", territory: "é&", centre: "2.35,43.21", zoom: "14", reload: "" };
  const query = queryOf(attributes);
  assert.equal(query, "?map=plan&territory=%C3%A9%26&centre=2.35,43.21&zoom=14&reload=true");
  const read = new URLSearchParams(query);
  assert.deepEqual(optionsOf((name) => read.get(name)), of(attributes));
  assert.equal(queryOf({}), "");
});
