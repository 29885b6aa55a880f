import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the server may stand under any path prefix.
  base: "./",
  build: {
    // MapLibre is most of it, and one file is what the page needs.
    chunkSizeWarningLimit: 1500,
    // Data URLs would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
