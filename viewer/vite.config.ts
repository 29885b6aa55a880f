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
      // The viewer, and the guide for members.
      input: ["index.html", "aide.html"],
      output: {
        // MapLibre is most of it and changes least: browsers keep it when the viewer changes.
        codeSplitting: { groups: [{ name: "maplibre", test: /node_modules\/maplibre-gl\// }] },
      },
    },
  },
});
