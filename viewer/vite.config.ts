import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the server may stand under any path prefix.
  base: "./",
  build: {
    chunkSizeWarningLimit: 1500,
    // Data URLs would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The viewer, the guide for members, the page of a widget, and what a widget loads when it nears the screen.
      input: { index: "index.html", aide: "aide.html", embed: "embed.html", "widget-map": "src/widget/map.ts" },
      // That last one's exports are called by the widget's script, which is built apart (build.mjs).
      preserveEntrySignatures: "exports-only",
      output: {
        // MapLibre is most of it and changes least: browsers keep it when the viewer changes.
        // Its style sheet as text is for widgets alone.
        codeSplitting: { groups: [{ name: "maplibre", test: /node_modules\/maplibre-gl\/.*(?<!\?inline)$/ }] },
      },
    },
  },
});
