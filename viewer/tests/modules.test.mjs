// The modules that need no page: projection, coordinates, scale, address, legend.

import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./support/source.mjs";

const { lambert93 } = await source("lambert93");
const { readings } = await source("coordinates");
const { scaleBar } = await source("scale");
const { parseAddress, formatAddress } = await source("address");
const { legendOf, legendTitle } = await source("legend");
const { groupsOf } = await source("groups");
const { fit } = await source("fit");
const { className, fieldName, fieldValue } = await source("vocabulary");
const { preferredLanguage } = await source("texts");

test("Lambert-93 is as PROJ has it, to a millimetre", () => {
  // PROJ 9.1, `cs2cs -f %.4f EPSG:4326 EPSG:2154`; the first is the origin, by definition.
  const known = [
    [3, 46.5, 700_000, 6_600_000],
    [2.35, 43.21, 647_143.8133, 6_234_749.5117],
    [-4.78, 48.45, 125_628.7903, 6_844_954.9636],
    [9.2, 42.1, 1_213_338.7154, 6_131_231.8471],
    [2.54, 51.05, 667_670.8562, 7_106_133.5989],
  ];
  for (const [lon, lat, east, north] of known) {
    const found = lambert93(lon, lat);
    assert.ok(Math.abs(found.east - east) < 0.001, `${lon} ${lat}: ${found.east}`);
    assert.ok(Math.abs(found.north - north) < 0.001, `${lon} ${lat}: ${found.north}`);
  }
});

test("what no legend names is called by its class", () => {
  assert.equal(className("HabillageTexte", "fr"), "Texte du plan");
  assert.equal(className("Mur", "en"), "Wall");
  assert.equal(className(undefined, "fr"), undefined);
  assert.equal(fieldValue("classe", "HabillageTexte", "fr"), "Texte du plan (HabillageTexte)");
});

test("a box is fitted into what is free of the map, no closer than plans are made for", () => {
  const none = { left: 0, top: 0, right: 0, bottom: 0 };
  const near = (found, wanted) => Object.keys(wanted).forEach((key) => {
    assert.ok(Math.abs(found[key] - wanted[key]) < 1e-6, `${key}: ${found[key]}, not ${wanted[key]}`);
  });
  // 90° are 128 pixels at zoom 0, and the equator is the middle.
  near(fit([-45, -20, 45, 20], [512, 512], none), { lng: 0, lat: 0, zoom: 2 });
  // With as much taken on its left as is left, the middle of the box is a quarter of the map to the right.
  near(fit([-45, -20, 45, 20], [512, 512], { ...none, left: 256 }), { lng: -45, zoom: 1 });
  // What is fitted by its height, above what lies at the foot.
  const low = fit([0, 43, 0.001, 44], [800, 600], { ...none, bottom: 300 });
  assert.ok(low.lat < 43.1 && low.zoom < 8, JSON.stringify(low));
  assert.equal(fit([3, 43, 3, 43], [800, 600], none).zoom, 18);
  near(fit([3, 43, 3, 43], [800, 600], none), { lng: 3, lat: 43 });
});

test("coordinates are written as each language writes numbers, and copied as programs read them", () => {
  const [wgs84, lambert] = readings({ lng: 3, lat: 46.5 }, 14, "fr");
  assert.equal(wgs84.shown, "46,50000° N  3,00000° E");
  assert.equal(wgs84.copied, "46.50000, 3.00000");
  assert.equal(lambert.shown, "X 700\u202f000  Y 6\u202f600\u202f000");
  assert.equal(lambert.copied, "700000, 6600000");
  assert.equal(readings({ lng: -1.5, lat: 46.5 }, 20, "en")[0].shown, "46.5000000° N  1.5000000° W");
  assert.equal(readings({ lng: -1.5, lat: 46.5 }, 14, "fr")[0].shown, "46,50000° N  1,50000° O");
});

test("Lambert-93 is said only where it is in use", () => {
  assert.deepEqual(readings({ lng: 55.5, lat: -21 }, 10, "fr").map(({ system }) => system), ["WGS 84"]);
});

test("a scale bar is a round length that fits", () => {
  for (let zoom = 0; zoom <= 22; zoom += 0.7) {
    const { width, label } = scaleBar(zoom, 43.3, 110, "fr");
    assert.ok(width <= 110 && width > 40, `${zoom}: ${width}`);
    assert.match(label, /^[125]0*[\u202f0]* (km|m|cm)$/);
  }
  const { width, label } = scaleBar(16, 0, 110, "en");
  assert.equal(label, "100 m");
  // A pixel of zoom 16 is 1.194 m at the equator.
  assert.ok(Math.abs(width - 83.7) < 0.1);
});

test("an address says the view, and the view the address", () => {
  const address = {
    lang: "en", style: "plan", off: ["a,b", "é&"], on: ["c"],
    position: { zoom: 14.25, lat: 43.21301, lng: 2.35102 },
  };
  const { pathname, search, hash } = new URL(formatAddress(address), "http://a/b/");
  assert.equal(pathname, "/b/");
  const read = parseAddress(search, hash);
  assert.deepEqual(
    { ...read, position: undefined }, { ...address, position: undefined },
  );
  assert.ok(Math.abs(read.position.lat - 43.21301) < 1e-4);
});

test("nonsense in an address is as if absent", () => {
  const nothing = { lang: undefined, style: undefined, off: [], on: [], position: undefined };
  assert.deepEqual(parseAddress("", ""), nothing);
  assert.deepEqual(parseAddress("?lang=xx&style=%E0%A4%A&off=,,", "#map=a/b/c"), nothing);
  assert.deepEqual(parseAddress("?", "#map=99/100/500"), nothing);
});

test("the language is the first of the browser's that is ours, or French", () => {
  assert.equal(preferredLanguage(["de-DE", "en-GB", "fr"]), "en");
  assert.equal(preferredLanguage(["fr-FR", "en"]), "fr");
  assert.equal(preferredLanguage(["de"]), "fr");
});

const legend = (title, properties) => ({
  "tuilerie:group": "voies",
  "tuilerie:legend": [{ title: { fr: title, en: title }, properties }],
});
const style = {
  version: 8,
  sources: {},
  metadata: {
    "tuilerie:groups": [
      { id: "voies", title: { fr: "Voies", en: "Roads" } },
      { id: "sans", title: { fr: "Sans couche", en: "Without layers" } },
    ],
  },
  layers: [
    {
      id: "casing", type: "line", source: "s", minzoom: 12, metadata: legend("Rue", { importance: 5 }),
      paint: { "line-color": "#000000", "line-width": ["interpolate", ["linear"], ["zoom"], 12, 2, 14, 6] },
    },
    {
      id: "line", type: "line", source: "s", minzoom: 12, metadata: legend("Rue", { importance: 5 }),
      paint: {
        "line-color": ["match", ["get", "importance"], 5, "#ffffff", "#ff0000"],
        "line-width": 1, "line-dasharray": [2, 1],
      },
    },
    {
      id: "hidden", type: "line", source: "s", metadata: legend("Invisible", {}),
      paint: { "line-opacity": 0 },
    },
  ],
};

test("a legend shows what a style draws at the zoom, layers of one title in one swatch", () => {
  const [entry, ...others] = legendOf(style, "voies", 13);
  assert.deepEqual(others, []);
  assert.deepEqual(entry.title, { fr: "Rue", en: "Rue" });
  const [casing, line] = entry.marks;
  assert.deepEqual([casing.width, casing.colour], [4, "rgba(0,0,0,1)"]);
  assert.deepEqual([line.width, line.colour, line.dashes], [1, "rgba(255,255,255,1)", [2, 1]]);
  assert.equal(legendOf(style, "voies", 14)[0].marks[0].width, 6);
});

test("a legend hides what the zoom hides", () => {
  assert.deepEqual(legendOf(style, "voies", 11.9), []);
});

test("a group without layers is no group", () => {
  assert.deepEqual(groupsOf(style).map(({ id, visible }) => [id, visible]), [["voies", true]]);
});

test("a feature is called as the legend calls its like", () => {
  assert.deepEqual(legendTitle(style.layers[1], { importance: 5, nom: "x" }), { fr: "Rue", en: "Rue" });
  assert.equal(legendTitle(style.layers[1], { importance: 4 }), undefined);
});

test("fields and codes are said in words; what is unknown is said as it is", () => {
  assert.equal(fieldName("precisionPlanimetrique", "fr"), "Précision planimétrique");
  assert.equal(fieldName("hauteur_du_mur", "fr"), "Hauteur du mur");
  assert.equal(fieldValue("reseau", "AEP", "en"), "Drinking water (AEP)");
  // Members nest finer classes under the national codes.
  assert.equal(fieldValue("CODE_CS", "CS2.1.3.2", "fr"), "Vignes (CS2.1.3.2)");
  assert.equal(fieldValue("reseau", "XYZ", "fr"), "XYZ");
  assert.equal(fieldValue("dateLeve", "2024-03-05", "fr"), "5 mars 2024");
  assert.equal(fieldValue("contenance", 1250, "fr"), "1\u202f250\u00a0m²");
});
